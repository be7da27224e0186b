// A canvas is painted with the colours and fonts of the moment: what changes them asks for another picture.

/** Where the theme says itself. */
const THEMED = ['data-theme', 'class', 'style'];
/** What people ask their system for. */
const QUERIES = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'];

/** Calls back whenever colours, contrast, fonts or the size of the window change; returns how to end that. */
export function onLookChange(changed: () => void): () => void {
  let ended = false;
  const theme = new MutationObserver(changed);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: THEMED });
  const queries = QUERIES.map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  addEventListener('resize', changed);
  void document.fonts.ready.then(() => {
    if (!ended) changed();
  });
  return () => {
    ended = true;
    theme.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
    removeEventListener('resize', changed);
  };
}
