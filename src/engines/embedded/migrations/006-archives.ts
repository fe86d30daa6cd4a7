/**
 * Rows whose texts lie in a file of the cold archive: `archive` names the file by its number, and such rows have indexes of
 * their own, by file and as events_class has the others. `hot_until`: not archived (again) before then. Since a row can come
 * back under its old number, `gone` says up to which vector it is meant; null: all.
 */
export const archives = `
create table archives(id integer primary key autoincrement, file text not null unique);
alter table events add column archive integer;
alter table events add column hot_until integer not null default 0;
create index events_archive on events(archive) where archive is not null;
create index events_cold on events(tenant, event_type, anonymised, received, ts) where archive is not null and seq >= 0;
alter table gone add column upto integer;
`
