/** Records are read in their order, so that a page costs a page and not a sort of all; a tenant's events by time. */
export const order = `
drop index records_rank;
drop index records_ts;
create index records_rank on records(kind, coalesce(rank, -1) desc, id);
create index records_ts on records(kind, ts desc, id);
create index events_tenant on events(tenant, ts) where tenant <> '' and body is not null;
`
