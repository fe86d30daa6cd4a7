/**
 * What one tenant asks is answered without reading what others have: events from a place in the ledger on (every index ends
 * with it), events of a user, records in each of their orders, and the word index, which says of each text whose it is (it is
 * filled anew). Of those without a tenant nothing is said; `seq >= 0` keeps an index out of the plans of others, as in
 * events_class.
 */
export const tenants = `
create index events_tenant_seq on events(tenant) where tenant <> '' and seq >= 0;
create index events_tenant_user on events(tenant, user_id, ts) where tenant <> '' and user_id is not null;

create index records_tenant_ts on records(kind, tenant, ts desc, id) where tenant <> '';
create index records_tenant_rank on records(kind, tenant, coalesce(rank, -1) desc, id) where tenant <> '';
create index records_tenant_rev on records(kind, tenant, rev) where tenant <> '';

drop table words;
create virtual table words using fts5(prompt, response, tenant, content='', tokenize='unicode61 remove_diacritics 2');
insert into words(words, rank) values ('secure-delete', 1);
update counters set value = 0 where name = 'words';
`
