/** Events, ledger, stage leases, vectors, marks, roll-ups, detector states and records. */
export const first = `
create table head(one integer primary key check (one = 1), size integer not null, frontier blob not null);
insert into head values (1, 0, x'');
create table counters(name text primary key, value integer not null) without rowid;
insert into counters values ('rev', 0), ('words', 0);

create table leaves(seq integer primary key, kind text not null, event_id text not null, commitment blob not null);
create unique index leaves_event on leaves(event_id) where kind = 'event';
create table nodes(level integer not null, idx integer not null, hash blob not null, primary key(level, idx)) without rowid;

create table events(
  seq integer primary key, event_id text not null, ts integer not null, received integer not null,
  tenant text not null, event_type text not null, user_id text, session_id text, trace_id text, model text, status text,
  latency_ms real, tokens_input real, tokens_output real, cost_usd real,
  salt blob, body text);
create index events_ts on events(ts);
create index events_user on events(user_id, ts) where user_id is not null;
create index events_session on events(session_id, ts) where session_id is not null;
create index events_trace on events(trace_id) where trace_id is not null;
create table others(seq integer primary key, kind text not null, ts integer not null, salt blob, body text);

create virtual table words using fts5(prompt, response, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');

create table stages(stage text primary key, level integer not null, next integer not null) without rowid;
create table claims(stage text not null, first integer not null, last integer not null, done integer not null,
  fence integer not null, lease_until integer not null, primary key(stage, first)) without rowid;
create table slots(job text not null, slot text not null, done integer not null, fence integer not null,
  lease_until integer not null, primary key(job, slot)) without rowid;

create table spaces(id integer primary key, space text not null unique, model text not null, revision text not null,
  dtype text not null, dims integer not null, state text not null);
create table embeddings(id integer primary key, space_id integer not null, tenant text not null, content blob not null,
  emb blob not null, unique(space_id, tenant, content));
create table vectors(vid integer primary key autoincrement, seq integer not null, part integer not null,
  space_id integer not null, embedding_id integer not null);
create unique index vectors_seq on vectors(seq, part, space_id);
create index vectors_embedding on vectors(embedding_id);
create table gone(gid integer primary key autoincrement, seq integer not null);
create table marks(concept text not null, version integer not null, seq integer not null, p real not null,
  primary key(concept, version, seq)) without rowid;
create index marks_p on marks(concept, version, p desc);
create index marks_seq on marks(seq);

create table rollups(period integer not null, entity_type text not null, metric text not null, start integer not null,
  entity_id text not null, tenant text not null, n integer not null, total real not null, sketch blob not null,
  primary key(period, entity_type, metric, start, entity_id, tenant)) without rowid;
create index rollups_entity on rollups(entity_id, entity_type, metric, period, start);
create table states(detector text not null, entity_type text not null, entity_id text not null, tenant text not null,
  version integer not null, day integer not null, state text not null,
  primary key(detector, entity_type, entity_id, tenant)) without rowid;
create table records(kind text not null, id text not null, ts integer not null, entity text, tenant text, rank real,
  version integer not null, rev integer not null, body text not null, primary key(kind, id)) without rowid;
create unique index records_rev on records(kind, rev);
create index records_ts on records(kind, ts);
create index records_rank on records(kind, rank);
create index records_entity on records(kind, entity);
`
