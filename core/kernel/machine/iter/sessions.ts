/** Counts the files that are opened of iterator programs: one machine has one count, over all of them (`meta.session_id`). */
export class IterSessions {
  private last = 0;

  begin(): number {
    return ++this.last;
  }
}
