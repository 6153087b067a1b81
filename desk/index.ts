/**
 * The desk: where the security group takes a report, works a case and publishes an advisory. What it runs on and
 * where its rooms stand is in ARCHITECTURE.md; this package holds its name and place until they land.
 */
export {};
