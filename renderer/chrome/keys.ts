import { headOf, showsReading } from '../state/head.ts';
import type { WindowState } from '../state/index.ts';
import { say } from '../words/index.ts';

/** What a key does that the window's state alone cannot. */
export interface WindowActions {
  palette(): void;
  keys(): void;
  terminal(): void;
  find(): void;
  findStep(): void;
  globals(): void;
  workbench(): void;
  /** Goes on with the course. */
  resume(): void;
}

export interface KeyHelp {
  readonly keys: readonly string[];
  readonly words: string;
}
/** The keys as the help shows them. */
export const KEY_HELP: readonly KeyHelp[] = [
  { keys: [say.shared.keys.space], words: say.chrome.keys.playOrPause },
  { keys: ['→', '←'], words: say.chrome.keys.stepForwardStepBack },
  { keys: [say.shared.keys.shiftRight, say.shared.keys.shiftLeft], words: say.chrome.keys.nextEventPreviousEvent },
  { keys: [say.shared.keys.home, say.shared.keys.end], words: say.chrome.keys.firstStepLastStep },
  { keys: ['F'], words: say.chrome.keys.fork },
  { keys: ['P'], words: say.chrome.keys.pruning },
  { keys: ['S'], words: say.chrome.keys.seqFile },
  { keys: ['E'], words: say.chrome.keys.explainWhyItWasRejected },
  { keys: ['B'], words: say.chrome.keys.breakpointOnTheCurrentInstruction },
  { keys: ['W'], words: say.chrome.keys.workbench },
  { keys: ['L'], words: say.chrome.keys.resume },
  { keys: ['/'], words: say.chrome.keys.search },
  { keys: ['D'], words: say.chrome.keys.difference },
  { keys: ['M'], words: say.chrome.keys.mark },
  { keys: ['[', ']'], words: say.chrome.keys.previousMarkNextMark },
  { keys: ["'"], words: say.chrome.keys.listTheMarks },
  { keys: [say.shared.keys.palette], words: say.chrome.keys.commandPalette },
  { keys: [say.shared.keys.terminal], words: say.chrome.keys.terminal },
  { keys: [say.shared.keys.openFiles], words: say.chrome.keys.openFiles },
  { keys: [say.shared.keys.copy], words: say.chrome.keys.copy },
  { keys: [say.shared.keys.tab], words: say.chrome.keys.tab },
  { keys: [say.shared.keys.escape], words: say.chrome.keys.escape },
  { keys: ['?'], words: say.chrome.keys.theseKeys },
];

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'radio' && target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
/**
 * Space and Enter belong to what has the focus, arrows to what moves by them. A tab list moves by arrows only for who came to it by keys: after a
 * click on a tab, arrows step as before.
 */
function claimed(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  const own = 'button, a, summary, input, [role=button], [role=tab], [role=option]';
  if (event.key === ' ' && target.closest(own) !== null) return true;
  if (!event.key.startsWith('Arrow')) return false;
  if (target instanceof HTMLInputElement || target.closest('[role=separator]') !== null) return true;
  return target.closest('[role=tablist]:not([data-pointed])') !== null;
}

/** Whether the focus is in the listing or the log, which have a search of their own. */
const searchesSource = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('[data-pane="source"]') !== null;

/** Handles a key wherever no text is being typed. Returns whether it was one of ours. */
export function handleKey(event: KeyboardEvent, state: WindowState, actions: WindowActions): boolean {
  const mod = event.ctrlKey || event.metaKey;
  if (mod && !event.altKey) {
    if (event.key === 'k') return (actions.palette(), true);
    if (event.key === '`') return (actions.terminal(), true);
    if (event.key === 'o') return (void state.sessions.pick(), true);
    return false;
  }
  if (event.altKey || event.defaultPrevented || typing(event.target) || claimed(event)) return false;
  if (document.querySelector('dialog[open]') !== null) return false;
  const head = headOf(state);
  const step = (job: () => void): true => {
    head.pause();
    job();
    return true;
  };
  switch (event.key) {
    case ' ':
      return (head.toggle(), true);
    case 'ArrowLeft':
      return event.shiftKey ? (void head.event(-1), true) : step(() => head.stepBy(-1));
    case 'ArrowRight':
      return event.shiftKey ? (void head.event(1), true) : step(() => head.stepBy(1));
    case 'Home':
      return step(() => head.first());
    case 'End':
      return step(() => head.last());
    case 'f':
    case 'F':
      return (state.selection.selectForkHere(), true);
    case 'p':
    case 'P':
      return ((state.mode.tab = 'pruning'), true);
    case 's':
    case 'S':
      if (state.onShow.info?.iterator === undefined || state.mode.sealed) return false;
      return ((state.mode.tab = state.mode.tab === 'seq-file' ? 'exploration' : 'seq-file'), true);
    case 'e':
    case 'E':
      return (state.sessions.explain(), true);
    case 'b':
    case 'B': {
      const pc = state.selection.current.insn ?? state.onShow.exploration?.pcs[state.playhead.step - 1];
      if (pc !== undefined) void state.breakpoints.toggle(pc);
      return true;
    }
    case 'w':
    case 'W':
      return (actions.workbench(), true);
    case 'l':
    case 'L':
      return (actions.resume(), true);
    case 'd':
    case 'D':
      if (showsReading(state)) return false;
      return (state.difference.setFrom(), true);
    case 'm':
    case 'M':
      if (showsReading(state)) return false;
      return (void state.marks.here(), true);
    case '[':
      if (showsReading(state)) return false;
      return (state.marks.jump(-1), true);
    case ']':
      if (showsReading(state)) return false;
      return (state.marks.jump(1), true);
    case "'":
      if (showsReading(state)) return false;
      return (state.marks.toggle(), true);
    case '/':
      return (searchesSource(event.target) ? actions.find() : actions.findStep(), true);
    case '?':
      return (actions.keys(), true);
    default:
      return false;
  }
}
