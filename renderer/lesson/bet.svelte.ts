/** What somebody expects of a walk: a flag on its axis, from the moment of the choice until it is seen what came. */
export interface Flag {
  readonly session: number;
  /** The playhead's step when it was put there: it stands right of it. */
  readonly step: number;
  /** The answer, short. */
  readonly text: string;
  readonly state: 'standing' | 'right' | 'wrong';
  /** What came, once that is seen. */
  readonly came: string;
}

/** Characters of an answer that a flag has room for. */
const ROOM = 26;

/** An answer as it stands on a flag: up to its colon, and no longer than the flag. */
export function flagText(choice: string): string {
  const head = choice.split(':')[0]!.trim();
  if (head.length <= ROOM) return head;
  const cut = head.slice(0, ROOM);
  const space = cut.lastIndexOf(' ');
  return `${space > 0 ? cut.slice(0, space) : cut}…`;
}

/** The bet that stands; one at most. */
class Bet {
  flag = $state.raw<Flag | null>(null);

  put(session: number, step: number, choice: string): void {
    this.flag = { session, step, text: flagText(choice), state: 'standing', came: '' };
  }
  /** It is seen what came. */
  settle(right: boolean, came: string): void {
    if (this.flag !== null) this.flag = { ...this.flag, state: right ? 'right' : 'wrong', came };
  }
  take(): void {
    this.flag = null;
  }
}

export const bet = new Bet();
