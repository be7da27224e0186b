import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

/** Collects what goes wrong behind the page: uncaught errors, console errors, failed requests. */
export function watchPage(page: Page): { expectNone(): void } {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('killed by the test'))
      complaints.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    if (!request.url().startsWith('blob:'))
      complaints.push(`request: ${request.url()} ${request.failure()?.errorText ?? ''}`);
  });
  return { expectNone: () => expect(complaints, 'nothing went wrong behind the page').toEqual([]) };
}
