import { pattern } from '../../core/pattern.ts'
/** A word of a name: `Nowak`, `O'Hara`, `Łukasz-Maria`; the `'s` of a possessive is no part of it. */
export const NAME_WORD = "\\p{Lu}\\p{M}?(?:[\\p{L}\\p{M}]|['’](?=\\p{L}{2})|-(?=\\p{L})){1,24}"
/** A letter that stands for a word: `J.`, `J`. */
const INITIAL = '\\p{Lu}(?:\\.-?\\p{Lu})?(?:\\.|(?= ))'
/** Small words between those of a name. */
const PARTICLE =
  "(?:van|von|vom|zu|zur|zum|de|der|den|del|della|di|da|do|dos|das|du|la|le|el|al|bin|ibn|bint|ben|ten|ter|te|af|av|'t|y)"

const PART = `(?:${NAME_WORD}|${INITIAL})`
const NEXT = `[ \\t]{1,3}(?:${PARTICLE} ){0,2}${PART}`

/** A name of one to five words, and of two to five. Both end at the end of a word. */
export const NAME = `${PART}(?:${NEXT}){0,4}(?![\\p{L}\\p{N}_])`
export const FULL_NAME = `${PART}(?:${NEXT}){1,4}(?![\\p{L}\\p{N}_])`

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/))

/**
 * Words with a capital that are no part of a name of a person, in small letters: how sentences, letters and forms go on,
 * days and months, makers, products and models, kinds of companies and of works.
 */
const OTHER = set(`
  a an and any are as ask at be been but by can could did do does for from had has have he her here hers him his how i if in into is it its
  let me my no nor not now of off on or our out please she should so some than thank thanks that the their them then there these they this
  those to too up us was we were what when where which while who whom whose why will with would yes yet you your yours hi hello hey dear
  sincerely regards best kind warm yours respectfully cordially cheers love greetings welcome congratulations happy sorry sure okay ok also
  sir madam madame sirs ladies gentlemen team all everyone everybody colleague colleagues customer customers client clients friend friends
  user users admin administrator support service services sales manager management director human hr resources department dept office desk
  hiring recruiter recruiting recruitment committee board member members student students parent parents teacher doctor patient resident
  residents neighbor neighbour editor editors reader readers santa claus mom mum dad mother father grandma grandpa aunt uncle brother sister
  mommy daddy son daughter baby diary god lord jesus christ lady customer valued future self january february march april june july august
  september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday
  sunday mon tue wed thu fri sat sun today tomorrow yesterday morning evening afternoon night spring summer autumn winter
  apt apartment suite unit flat floor room box name names address street phone telephone tel mobile cell email mail e-mail fax date dob age gender sex city state zip country company
  organisation organization title position job role occupation subject re cc bcc attachment enclosure note notes number no id type status
  first last middle full given family surname nickname username password unknown none null nil undefined anonymous placeholder redacted example test
  string integer int boolean bool object array float number text value input output data true false item product price total order invoice
  assistant ai bot chatbot model agent gpt chatgpt claude gemini llama siri alexa cortana copilot bard mistral qwen grok bixby watson
  openai anthropic google microsoft apple amazon meta facebook nvidia ibm oracle intel samsung sony netflix twitter linkedin github gitlab
  docker kubernetes linux ubuntu debian windows macos android ios python java javascript typescript node react angular vue django flask
  spring rust ruby perl scala kotlin swift tensorflow pytorch pandas numpy redis postgres postgresql mysql sqlite mongodb kafka hadoop
  spark excel word powerpoint outlook teams slack zoom chrome firefox safari edge opus sonnet haiku turbo ultra pro mini max plus premium
  basic free version release update beta alpha language large open virtual personal digital smart professional certified senior junior chief
  north south east west northern southern eastern western new
  old great big little american british english french german italian spanish russian chinese japanese korean indian african european asian
  united states america usa uk eu europe asia africa australia canada india china japan france germany italy spain england london paris
  york angeles francisco christmas easter thanksgiving halloween roman goes jedi knight boss man king queen prince princess`)

/** What somebody's name in front of it belongs to: `Nowak Technologies`, `Marina Street`, `Russell Park`. In small letters. */
const THINGS = set(`
  technologies technology solutions systems system partners consulting incorporated limited maintenance app apps media sciences bioscience
  health healthcare health energy international industries enterprises labs laboratories studio studios design designs networks insurance
  financial capital holdings ventures associates logistics realty properties unlimited appraisals springs city beach island islands saint
  inc ltd llc llp gmbh ag corp corporation co company plc group holdings bank university college school institute hospital clinic church
  club hotel restaurant cafe bar museum library park center centre building tower bridge hall house airport station society association
  foundation agency ministry court council union league party orchestra band
  street road avenue lane drive boulevard terrace square parks pass highway trail creek river lake sea ocean bay mountain mountains valley
  forest village town county district region province republic kingdom empire palace castle cathedral temple mosque cemetery mission fort
  festival awards award prize cup games game series show tv radio channel records music album song songs film films movie movies book books
  magazine times post journal review news report act law treaty theorem theory equation equations algorithm method model test index scale
  effect project program programme initiative plan elementary academy campus stadium arena theater theatre cinema gallery market markets
  store stores shop bakery kitchen grill pizza farm farms winery brewery airlines motors pharma security defense army navy force police
  investments advisors ventures media investment trust fund funds`)

/** Given names that are common in many countries, in small letters. Not a list of all: it tells a name from other words with capitals. */
const GIVEN = set(`
  aaron abigail adam adrian agnes ahmed aisha alan albert alejandro alex alexander alexandra alexis alice alicia alina alison allison amanda
  amelia amir amit amy ana anastasia andre andrea andreas andrew andrzej andy angela angelica anil anita anja ann anna anne annette anthony
  antoine anton antonio antonia arjun arthur ashley asha astrid audrey aylin ayesha barbara beata beatrice ben benjamin bernard beth betty
  bill billy birgit bjorn bob bonnie brandon brenda brian bridget bruce bruno bryan caitlin cameron camila camille carl carla carlos carmen
  carol carolina caroline caroline carolyn catherine cecilia chad charles charlie charlotte chen chiara chloe chris christian christina
  christine christoph christopher cindy claire clara claudia clive cody colin connor craig cynthia daisy dan daniel daniela danielle danny
  daria dave david dawn deborah debra deepak denise dennis derek diana diane diego dieter dmitri dmitry dominic don donald donna dorothy
  doug douglas dylan ed eddie edith edward edwin eileen ekaterina elaine elena eleanor eli elias elif elijah elisa elizabeth ella ellen
  emil emilia emilie emily emma enrique eric erica erik erika ernesto esther ethan eugene eva evan evelyn fabian fatima federico felix
  fernando fiona florian frances francesca francesco francisco frank franz fred frederick gabriel gabriela gareth gary gavin geoff george
  gerald gerard gerhard giovanni giulia giuseppe gloria gordon grace graham greg gregory greta guillaume gustavo hannah hans harold
  harriet harry hassan heather hector heidi heinrich helen helena helga henrik henry herbert hiroshi holly howard hugo ian ibrahim igor
  ines ingrid irene irina isaac isabel isabella ivan jack jackie jacob jacqueline jake james jamie jan jane janet janice jared jason jasmine
  javier jay jean jeff jeffrey jennifer jenny jeremy jerome jerry jesse jessica jill jim jimmy joan joanna joao joe joel johan johannes
  john johnny jon jonas jonathan jordan jorge jose joseph josh joshua joyce juan judith judy julia julian julie jurgen justin karen karin
  karl kate katherine kathleen kathryn kathy katie katarzyna keith kelly ken kenneth kevin khalid kim kimberly klaus kristen kristin
  krzysztof kumar kurt kyle lakshmi lars laura lauren laurent lawrence leah lee lena leo leon leonard leslie liam lily linda lisa logan
  lorenzo lori louis louise luca lucas lucia lucy luis luke lukas lynn madison magdalena malik manuel marc marco marcus margaret maria
  mariam marie marina mario marion mark markus marta martha martin marvin mary maryam mateo matt matteo matthew matthias maurice maya
  megan mehmet melissa mercedes michael michel michelle miguel mike mikhail mila miriam mohamed mohammad mohammed molly monica monika
  muhammad mustafa nadia nancy naomi natalia natalie natasha nathan neha neil nicholas nick nicola nicolas nicole nikhil nina noah nora
  norman olga oliver olivia omar oscar osman otto owen pablo pamela paola patricia patrick paul paula pavel pedro penelope peter petra
  philip philipp philippe phillip phyllis pierre piotr priya rachel rafael rahul raj rajesh ralf ralph ramon randy raphael raul ravi
  raymond rebecca regina renate rene ricardo richard rick rita rob robert roberto robin rodrigo roger roland ron ronald rosa rose ross
  roy russell ruth ryan sabine sally sam samantha samir samuel sandra sanjay sara sarah scott sean sebastian sergei sergey shannon sharon
  shirley silvia simon simone sofia sonia sophia sophie stefan stefanie stella stephanie stephen steve steven stuart sunita susan susanne
  suresh svetlana sven sylvia takeshi tamara tanya tara tatiana ted teresa terry theodore theresa thomas tiffany tim timothy tina tobias
  todd tom tomas tomasz tony tracy travis tyler ursula uwe valentina valerie vanessa vera veronica victor victoria vijay vikram vincent
  viktor virginia vladimir walter wanda wayne wendy werner will william wolfgang xavier yasmin yuki yusuf yvonne zachary zoe`)

const key = (word: string): string =>
  word
    .normalize('NFD')
    .replace(/\p{M}|\.$/gu, '')
    .toLowerCase()

const SEVERAL = pattern(`^${FULL_NAME}`, 'u')

/** True where a text begins with a name of two words or more. */
export const isSeveral = (name: string): boolean => SEVERAL().test(name)

/** True for what a name in front of it belongs to, so that it names no person. */
export const isThing = (word: string): boolean => THINGS.has(key(word))

/** True for a word that is no part of a name. */
export const isOtherWord = (word: string): boolean => word.length > 1 && (OTHER.has(key(word)) || isThing(word))

/** True for a common given name, in any case and with any accents. */
export const isGivenName = (word: string): boolean => GIVEN.has(key(word))

/**
 * How much of a text that was read as a name is one, in UTF-16 units: up to the first word that belongs to no name. 0 where
 * fewer than `least` words are left, or letters that stand for words alone.
 * @param sure this many words at the beginning are believed, whatever they mean elsewhere: `Hall` behind `Mr.`
 */
export function nameLength(found: string, least = 1, sure = 0): number {
  let end = 0
  let words = 0
  let written = false
  for (const { 0: word, index } of found.matchAll(/[^ \t]+/g)) {
    if (!/^\p{Lu}/u.test(word)) continue
    if (words >= sure && isOtherWord(word)) break
    end = index + word.length
    words++
    written ||= /\p{L}{2}/u.test(word)
  }
  return words >= least && written ? end : 0
}

/** One spelling of a name: small letters, one blank, without what it is addressed by. */
export const canonicalName = (found: string): string =>
  found
    .replace(ADDRESSED, '')
    .replace(/[\s.]+/g, ' ')
    .trim()
    .toLowerCase()

/** Titles in front of a name, any number up to three. */
const ADDRESSED =
  /^(?:(?:mr|mrs|ms|mx|miss|dr|prof|professor|doctor|herrn?|frau|mme|mlle|mrs|sra?|srta|rev)\.?\s+){1,3}/i
