/** A count with its digits grouped by narrow spaces: `4 294 967 296`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}
