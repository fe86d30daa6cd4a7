/** A word with a capital, or a part of one behind a hyphen or an apostrophe. */
export const CAPITAL = "\\p{Lu}(?:[\\p{L}\\p{M}]|['’-](?=\\p{L})){0,28}(?![\\p{L}\\d])\\.?"
/** Small words inside names of streets and of places, and initials. */
const SMALL =
  "(?:(?:de|del|della|dell'|delle|dei|degli|di|da|do|dos|das|du|des|la|las|le|les|los|el|l'|d'|van|von|den|der|het|'t|of|the|and|und|i|y|af|en|et|à|sur|am|an|im|zum|zur|upon) ?)"

/** Words with a capital in a row, with small ones between, `most` at most. */
export const capitals = (most: number): string => `(?:${CAPITAL}(?: ${SMALL}{0,3}${CAPITAL}){0,${most - 1}})`
/** The same with small ones in front, too. */
export const named = (most: number): string => `(?:${SMALL}{0,3}${capitals(most)})`

/** Stands behind the name of a street, in English: `Baker Street`. */
export const ENGLISH =
  '(?:Street|St|Avenue|Ave|Av|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Terrace|Tce|Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Mews|Turnpike|Expressway|Esplanade|Broadway|Alley|Quay)'

/** The same, but ends many other names, too: `Supreme Court`, `Trafalgar Square`. */
export const WEAK =
  '(?:Court|Ct|Square|Sq|Close|Way|Place|Pl|Circle|Cir|Trail|Trl|Row|Gardens|Grove|Walk|Loop|Rise|Hill|Green|Parade|Wharf|Plaza|Pike|Vale|Mall|Ridge|Run|Park|Isle|Creek)'

/** Stands in front of the name of a street whose number stands in front of it too: `12 rue Garneau`. */
export const FRENCH =
  '(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d|[Aa]llée|[Cc]hemin|[Qq]uai|[Pp]lace|[Ii]mpasse|[Rr]oute|[Pp]assage|[Cc]ours)'

/** Stands in front of the name of a street whose number follows: `Via Roma 5`, `ul. Grochowa 80`. */
export const LEADING =
  '(?:[Rr]ue|Avenue d[eu]s?|Via(?! (?:E-?mail|Email|Phone|Fax|API|SMS|Zoom|Teams|Slack|Web|HTTPS?))|Viale|Vicolo|Corso|Piazza|Piazzale|Piazzetta|Largo|Lungomare|Contrada|Calle|C/|Avenida|Avda\\.?|Avinguda|Paseo|Passeig|Plaza|Plaça|Pza\\.?|Carrer|Camino|Ronda|Glorieta|Travesía|Carretera|Ctra\\.|Rua|Travessa|Praça|Estrada|Alameda|Rodovia|[Uu]l\\.|[Uu]lica|al\\.|pl\\.|os\\.|Am|An der|Zum|Zur|Unter den|Auf der|In der|Straße des|Platz der|Rruga|Strada|Str\\.|Bulevardul|Λεωφ\\.|Οδός|улица|проспект)'

/** Ends of words that are streets, in small letters: `Pohlstrasse`, `Frørupvej`, `Koskikatu`. */
export const ENDING =
  '(?:stra(?:ß|ss)e|str\\.|gasse|weg|platz|allee|damm|ufer|chaussee|steig|stieg|promenade|straat|laan|plein|gracht|singel|kade|dreef|hof|dijk|steeg|vej|gade|alle|vænge|stræde|torv|vei|veien|vegen|veg|gata|gate|gaten|svingen|haugen|bakken|lia|vägen|gatan|gränd|stigen|backen|torget|tie|katu|polku|kuja|tanav|tänav|brautin?|gata|stígur|utca|brekka)'

/** The same as words of their own, behind the name: `Frankfurter Allee`, `Fő utca`. */
export const TRAILING =
  '(?:Stra(?:ß|ss)e|Str\\.|Allee|Weg|Platz|Gasse|Damm|Ufer|Ring|Chaussee|Promenade|straat|laan|plein|weg|vej|gade|vei|veien|gate|gata|väg|utca|útja|út|tér|tere|körút|krt\\.|ulica|cesta|ulice|náměstí|třída|sokak|Sokak|Caddesi|caddesi|Sok\\.|Cad\\.|Avenue|Street|Road|straße|strasse)'

/** Of a house or flat, with its number. */
export const UNIT =
  '(?:(?:[Aa]pt|[Aa]partment|APT|[Ss]uite|SUITE|[Ss]te|[Uu]nit|[Ff]lat|[Ff]loor|[Rr]oom|[Bb]uilding|[Bb]ldg|[Ww]ohnung|[Aa]ppartement|[Pp]iso|[Ii]nterno|[Ss]cala)\\.? ?#?\\d{1,5}[A-Za-z]?|#\\d{1,5}[A-Z]?)(?![\\p{L}\\d])'

/** Letters by which states and provinces go in the mail. */
export const STATE =
  '(?:A[BKLRZ]|BC|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ABDEINOST]|N[BCDEHJLMSTVY]|O[HKNR]|P[AER]|QC|RI|S[CDK]|T[NX]|UT|V[AT]|W[AIVY]|YT|NSW|VIC|QLD|TAS|ACT)'

/** Codes of the mail: with digits alone, or letters between as in Britain, Canada and the Netherlands. */
export const POSTCODE =
  '(?:\\d{4} ?[A-Z]{2}(?![A-Za-z])|(?:[A-Z]{1,2}-)?\\d{4,6}(?:-\\d{3,4})?|\\d{3} \\d{2}|[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}|[A-Z]\\d[A-Z] ?\\d[A-Z]\\d|\\d{2}-\\d{3})(?![\\p{L}\\d])'
