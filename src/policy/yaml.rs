//! YAML with places; the only file that knows YAML.
