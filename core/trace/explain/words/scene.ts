import type { Rejection, RejectionKind, RejectionOf } from '../../../verifier/rejection.ts';
import type { IteratorMethod } from '../../../kernel/catalogue/iterators/table.ts';
import type { How } from '../../query/provenance.ts';
import type { BuildScene } from '../build-cause.ts';
import type { GlobalScene } from '../global-cause.ts';
import type { PacketScene } from '../packet-cause.ts';
import type { TrustScene } from '../trust-cause.ts';
import type { WalkScene } from '../walk-cause.ts';
import type { BoundScene } from './bounds.ts';
import { code } from './text.ts';
import type { Phrase } from './values.ts';

/** What happened to the blamed iterator's place on the way to the error. */
export interface IteratorScene {
  /** The variable's name, or `fp-8`. */
  readonly name: string;
  /** It is a variable's name. */
  readonly named: boolean;
  /** `num`, `task`, …; empty when no iterator ever lived there. */
  readonly type: string;
  /** `alive` at the error, or how it ended, or that none was constructed there. */
  readonly past: 'never' | 'alive' | 'destroyed' | 'overwritten';
  /** Where that happened: `line 12, …`; empty for `never`. */
  readonly at: string;
}

/** What an explanation may speak of. */
export interface Scene {
  /** The blamed thing: a variable's name, a slot or a register. */
  readonly subject: string;
  /** Source line or instruction at fault. */
  readonly place: string;
  /** The instruction at fault, as text. */
  readonly insn: string;
  /** What it does, for a sentence: the source's expression where one is known (`c->ips[last]`), else the instruction's text. Between backticks. */
  readonly act: string;
  /** The function that it calls, if it calls one. */
  readonly callee: string | undefined;
  /** The method of an iterator that it calls, if it calls one. */
  readonly method: IteratorMethod | undefined;
  /** It ends the program or its function. */
  readonly exits: boolean;
  /** It is an atomic operation. */
  readonly atomic: boolean;
  /** The last decision on the way there: `when w1 is 0 at line 16, …`; may be empty. */
  readonly way: string;
  /** The blamed register's value by its name in the source, between backticks; `r2` or `its register` where it has none. */
  readonly reg: string;
  /** What the blamed register holds at the error, as a part of a sentence. */
  readonly value: string;
  /** What that is: a number of which something is known, a pointer, nothing. */
  readonly valueKind: Phrase['kind'];
  /** It is a pointer that nobody has compared with NULL. */
  readonly maybeNull: boolean;
  /** The number whose limits the rejection is about, and why it has no better ones. */
  readonly bound: BoundScene | null;
  /** What is known of why trust in the blamed pointer ended. */
  readonly trust: TrustScene | null;
  /** The function that is verified by itself, when the error lies in one: a global function that others call. */
  readonly global: GlobalScene | null;
  /** What the loader or the compiler has done at the instruction at fault. */
  readonly build: BuildScene | null;
  /** The structure that the called function's parameter points at, when its size is what counts: `struct cpumask`. */
  readonly param: string | null;
  /** The walk's shape, for limits and loops. */
  readonly walk: WalkScene | null;
  /** Names of functions of the program, by number. */
  readonly functions: readonly string[];
  /** What the path's checks of the packet say; null when the rejection is about none. */
  readonly packet: PacketScene | null;
  /** The function that was called last may change the packet, and the blamed register pointed into it. */
  readonly losesPacket: boolean;
  /** Sections of the common types of programs that may call the called function. */
  readonly offered: readonly string[];
  /** The program's section, and the sleepable one that it could have instead; null when its type can never sleep. */
  readonly section: string;
  readonly sleepableSection: string | null;
  /** The program may sleep. */
  readonly sleepable: boolean;
  /** The function that made the blamed register's value, if one did. */
  readonly producedBy: string | undefined;
  /** That function is the next of an iterator. */
  readonly producedByNext: boolean;
  /** The function whose call made the blamed register useless: it released what it pointed at, or left r1 to r5 unreadable. */
  readonly clobberedBy: string | undefined;
  /** How the blamed register got its value, if that was found. */
  readonly how: How | undefined;
  /** The blamed register is known to be 0. */
  readonly isNull: boolean;
  readonly iterator: IteratorScene | null;
  /** Short name of the program's type: `raw_tp`, `xdp`. */
  readonly progType: string;
}

/** A rejection in the learner's words. `code` stands between backticks. */
export interface Explanation {
  readonly title: string;
  /** What happens. */
  readonly what: string;
  /** The rule that it breaks. */
  readonly rule: string;
  /** What to do about it. */
  readonly todo: string;
  /** The chain's last link. */
  readonly error: string;
}

/** Makes the words of some kinds of rejection; without kinds named, those of any. */
export type Build<K extends RejectionKind = RejectionKind> = (r: RejectionOf<K>, s: Scene) => Explanation;

/** The last line of the kernel's message: the one that names the rule. */
export const lastLine = (r: Pick<Rejection, 'message'>): string => r.message.split('\n').at(-1) ?? '';

/** Why the number has no better limits, as sentences that follow others; empty when there is nothing to say. */
export const because = (s: Scene): string => (s.bound === null ? '' : ` ${s.bound.why}`);

/** The called function, for a sentence. */
export const calleeOf = (s: Scene, otherwise = 'the called function'): string =>
  s.callee === undefined ? otherwise : code(s.callee);
