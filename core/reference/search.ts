import MiniSearch from 'minisearch';

/** Something that can be found. `T` says where it leads. */
export interface Findable<T> {
  readonly leads: T;
  readonly title: string;
  /** Further names by which it is known. */
  readonly names: readonly string[];
  readonly text: string;
}

export interface Hit<T> {
  readonly leads: T;
  readonly title: string;
  /** A piece of the text around what was looked for; its beginning where only the title has it. */
  readonly excerpt: string;
}

/** What weighs how much. */
const BOOST = { names: 6, title: 4, text: 1 };
/** Letters that may be wrong, where nothing is found as it is written. */
const FUZZY = 0.2;
/** How much more it counts that something is called as was asked, or says it in these very words. */
const CALLED_SO = 60;
const SAID_SO = 12;
/** Characters around what was found. */
const BEFORE = 48;
const EXCERPT = 132;

/** Words of a text; a name with underscores also from each of its parts on, so that `iter_num` finds `bpf_iter_num_next`. */
function words(text: string): string[] {
  const found: string[] = [];
  for (const [word] of text.matchAll(/[\p{L}\d_]+/gu)) {
    found.push(word);
    for (let at = word.indexOf('_'); at >= 0; at = word.indexOf('_', at + 1))
      if (at > 0 && /[^_]/.test(word.slice(at + 1))) found.push(word.slice(at + 1).replace(/^_+/, ''));
  }
  return found;
}
const asked = (text: string): string[] =>
  [...text.matchAll(/[\p{L}\d_]+/gu)].map(([word]) => word.replace(/^_+(?=.)/, ''));

/** An index of things that can be found by any of their words. */
export class Finder<T> {
  readonly #things: readonly Findable<T>[];
  readonly #index: MiniSearch<{ id: number; title: string; names: string; text: string }>;

  constructor(things: readonly Findable<T>[]) {
    this.#things = things;
    this.#index = new MiniSearch({
      fields: ['title', 'names', 'text'],
      tokenize: words,
      processTerm: (term) => term.toLowerCase().replace(/^_+(?=.)/, ''),
      searchOptions: { tokenize: asked, combineWith: 'AND', prefix: true, boost: BOOST },
    });
    this.#index.addAll(things.map(({ title, names, text }, id) => ({ id, title, names: names.join(' '), text })));
  }

  /** What has all of these words, or words that begin so; the best first. */
  find(query: string, most: number): readonly Hit<T>[] {
    const phrase = flat(query);
    const boostDocument = (id: number): number => this.#nearness(id, phrase);
    const exact = this.#index.search(query, { boostDocument });
    const found = exact.length > 0 ? exact : this.#index.search(query, { fuzzy: FUZZY });
    return found.slice(0, most).map(({ id, terms }) => {
      const { leads, title, text } = this.#things[id as number]!;
      return { leads, title, excerpt: excerptOf(text, terms) };
    });
  }

  // What is called so comes before what says so in these very words, and that before what has the words somewhere.
  #nearness(id: number, phrase: string): number {
    const { title, names, text } = this.#things[id]!;
    if ([title, ...names].some((name) => flat(name) === phrase)) return CALLED_SO;
    return flat(title).includes(phrase) || flat(text).includes(phrase) ? SAID_SO : 1;
  }
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();

/** Most places of a word that are looked at. */
const MOST_PLACES = 40;
function placesOf(text: string, word: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0 && places.length < MOST_PLACES; at = text.indexOf(word, at + 1))
    places.push(at);
  return places;
}

/** A piece of a text around these words. */
export function excerptOf(text: string, terms: readonly string[]): string {
  const all = text.replace(/\s+/g, ' ').trim();
  const low = all.toLowerCase();
  const places = terms.flatMap((term) => placesOf(low, term)).sort((a, b) => a - b);
  // Where most of the words stand together.
  const around = (at: number): number =>
    terms.filter((term) => low.slice(at, at + EXCERPT - BEFORE).includes(term)).length;
  const at = places.reduce((best, place) => (around(place) > around(best) ? place : best), places[0] ?? 0);
  const begin = at <= BEFORE ? 0 : all.indexOf(' ', at - BEFORE) + 1;
  const whole = all.length - begin <= EXCERPT;
  const end = whole ? all.length : Math.max(all.lastIndexOf(' ', begin + EXCERPT), begin + EXCERPT / 2);
  return `${begin > 0 ? '… ' : ''}${all.slice(begin, end)}${whole ? '' : ' …'}`;
}
