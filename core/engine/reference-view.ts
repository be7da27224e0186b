import type { Category, Entry, EntryInfo, Shown } from '../reference/index.ts';

/** A lesson that has to do with an entry: it explains a kind of rejection, its text names the entry, or a program of it shows the entry. */
export interface EntryLesson {
  readonly lesson: string;
  readonly number: string;
  readonly title: string;
  /** The page, from 0. */
  readonly page: number;
  readonly how: 'explains' | 'names' | 'program';
}

/** An entry with all that it leads to. */
export interface ReferenceEntry extends Omit<Entry, 'related'> {
  readonly related: readonly EntryInfo[];
  readonly lessons: readonly EntryLesson[];
  /** A program that shows it, which `openReference` opens; null where none that ships does. */
  readonly shown: Shown | null;
}

/** Where something that was found leads. */
export type FoundPlace =
  | {
      readonly kind: 'page';
      readonly lesson: string;
      readonly number: string;
      readonly title: string;
      /** From 0. */
      readonly page: number;
    }
  | { readonly kind: 'term'; readonly id: string }
  | { readonly kind: 'entry'; readonly id: string; readonly category: Category };

/** Something of the course that was found. */
export interface CourseHit {
  readonly title: string;
  readonly excerpt: string;
  readonly leads: FoundPlace;
}
