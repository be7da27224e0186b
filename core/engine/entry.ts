/** A session as lists show it. */
export interface SessionEntry {
  readonly session: number;
  readonly file: string;
  readonly program: string;
  readonly summary: string;
  /** null: the model does not cover it. */
  readonly accepted: boolean | null;
  /** The session that it was derived from. */
  readonly parent?: number;
}
