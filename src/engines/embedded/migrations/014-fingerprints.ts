/**
 * Fingerprints of answers (core/fingerprint.ts). A stage makes them of texts again, as it does vectors; `tenant` is that of the
 * event, so that no look-up crosses tenants.
 */
export const fingerprints = `
create table fingerprints(tenant text not null, print integer not null, seq integer not null, passage text,
  primary key(tenant, print, seq)) without rowid;
create index fingerprints_seq on fingerprints(tenant, seq);
create index fingerprints_passage on fingerprints(passage, seq) where passage is not null;
`
