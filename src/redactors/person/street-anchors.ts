/** Words of a list. */
const words = (list: string): string[] => list.trim().split(/\s+/)
/** Words of a list, `_` standing for a blank in them. */
const phrases = (list: string): string[] => words(list).map((phrase) => phrase.replaceAll('_', ' '))

/** Behind a short word, so that ` st` is no beginning of a longer one. */
const MARKS = [' ', '.', ',', '\n', '"', "'", ')', '<']

const ENGLISH =
  words(`street avenue road rd lane ln boulevard blvd drive court square terrace tce close cres way parkway pkwy
  highway hwy place circle trail trl alley mews row gardens grove walk quay loop hill green parade wharf plaza pike vale mall
  ridge park isle creek turnpike expressway esplanade broadway`)
const SHORT = words('st ave av dr ct sq pl cir')
/** In front of a name, where the number may stand in front of them. */
const LEADING =
  phrases(`0_rue_ ,_rue_ _rue_ rue_d avenue_d 0_avenue_ 0_boulevard_ chemin_ quai_ impasse_ 0_route_ 0_place_ 0_bd_
  0_all 0_cours_ via_ viale_ vicolo_ corso_ piazza largo_ lungomare_ contrada_ calle_ c/_ avenida_ avda avinguda_ paseo_ passeig_
  pza carrer_ camino_ ronda_ glorieta_ traves carretera_ ctra. rua_ estrada_ alameda_ rodovia_ ul._ ulica_ _al._ _pl._ _os._
  rruga_ strada_ str._ bulevardul_ zum_ zur_ unter_den_ auf_der_ in_der_ an_der_ _am_ platz_der_ e_der_ e_des_`)
/** What a street ends with in front of its number, as far as it is ASCII. */
const ENDS =
  words(`strasse e str. gasse weg platz allee damm ufer steig stieg promenade straat laan plein gracht singel kade dreef
  hof dijk steeg vej gade alle torv vei veien vegen veg gata gate gaten svingen haugen bakken lia gen gatan stigen backen torget
  tie katu polku kuja tanav nav braut brautin brekka utca tca tja ter krt. ulica cesta ulice sokak caddesi sok. cad. ring`)

/** What every text with a street and its number holds at least one of, but for `St` and the like at its very end. */
export const STREET_ANCHORS: readonly string[] = [
  ...ENGLISH.map((word) => ` ${word}`),
  ...SHORT.flatMap((word) => MARKS.map((mark) => ` ${word}${mark}`)),
  ...LEADING,
  ...ENDS.map((end) => `${end} 0`),
]
