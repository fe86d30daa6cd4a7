/**
 * Events by class and age, so that a retention rule finds what it ends without reading what it does not; one that was made
 * anonymous is of another class. That no place is below 0 goes without saying; said here, it keeps the index out of the plans
 * of whoever does not say it too.
 */
export const classes = `
alter table events add column anonymised integer not null default 0;
create index events_class on events(tenant, event_type, anonymised, received, ts) where body is not null and seq >= 0;
`
