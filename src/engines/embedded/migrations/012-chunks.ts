/**
 * A long text has a vector of the whole (chunk 0) and one of each of its chunks. Stages that make vectors begin anew, since
 * events of before have none of chunks; what is there already is not made again.
 */
export const chunks = `
alter table vectors add column chunk integer not null default 0;
drop index vectors_seq;
create unique index vectors_seq on vectors(seq, part, space_id, chunk);
delete from claims where stage like 'embed:%';
delete from stages where stage like 'embed:%';
`
