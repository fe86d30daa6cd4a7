/**
 * Amendments: an event's row moves to the seq of its last leaf, so ids are looked up among the rows; the word index
 * forgets a text without a trace (a contentless index with secure-delete, filled anew); what waits to be scrubbed from
 * the journal is counted; what baselines counted of a former text is kept until they have seen the new one. And of
 * events whose text is not kept, what they came with.
 */
export const amendments = `
drop index leaves_event;
create unique index events_id on events(event_id);
alter table leaves add column reason text;

drop table words;
create virtual table words using fts5(prompt, response, content='', tokenize='unicode61 remove_diacritics 2');
insert into words(words, rank) values ('secure-delete', 1);
update counters set value = 0 where name = 'words';
insert into counters values ('scrub', 0);

create table counted(seq integer primary key, was text not null);
create table cohorts(id integer primary key, made text not null unique, n integer not null);
create table firsts(seq integer primary key, cohort integer not null);
`
