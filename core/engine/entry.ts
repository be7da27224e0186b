/** A session as lists show it. */
export interface SessionEntry {
  readonly session: number;
  readonly file: string;
  readonly program: string;
  readonly summary: string;
  /** null: the model does not cover it. */
  readonly accepted: boolean | null;
  /** 0 or a negative errno; null: the model does not cover it. */
  readonly errno: number | null;
  /** Instructions that were processed. */
  readonly processed: number;
  /** The session that it was derived from. */
  readonly parent?: number;
}
