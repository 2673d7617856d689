//! Days, time zones and instants.
