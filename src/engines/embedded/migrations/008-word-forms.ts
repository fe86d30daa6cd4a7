/**
 * The word index is filled with words in their compared form (core/word-forms.ts): scripts without spaces in pairs of
 * letters, one form for each letter. What it is given is cut at spaces and ASCII signs, and nothing else is done to it.
 */
export const wordForms = `
drop table words;
create virtual table words using fts5(prompt, response, tenant, content='', tokenize='ascii');
insert into words(words, rank) values ('secure-delete', 1);
update counters set value = 0 where name = 'words';
`
