/**
 * Signatures of texts (core/signature.ts), by which near copies are folded: 32 bytes of each. They come and go with the words, which are therefore filled anew.
 */
export const signatures = `
create table signatures(seq integer primary key, prompt blob not null, response blob not null);
insert into words(words) values ('delete-all');
update counters set value = 0 where name = 'words';
`
