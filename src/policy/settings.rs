//! `site.yaml` and `policy.yaml`.
