/**
 * Which cluster a prompt belongs to; 0 for none. It is made of vectors again, as the words are, so it has no part in the
 * ledger. A counter `clusters:<space>` says up to which vector that was done.
 */
export const clusters = `
create table cluster_of(seq integer primary key, cluster integer not null);
create index cluster_members on cluster_of(cluster, seq);
`
