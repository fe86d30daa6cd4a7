/**
 * Events by class and age, so that a retention rule finds what it ends without reading what it does not. That no place is
 * below 0 goes without saying; said here, it keeps the index out of the plans of whoever does not say it too.
 */
export const classes = `
create index events_class on events(tenant, event_type, received, ts) where body is not null and seq >= 0;
`
