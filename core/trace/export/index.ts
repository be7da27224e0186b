import type { Exporter } from './exporter.ts';
import { iterscope } from './iterscope.ts';
import { log } from './log.ts';

/** Every format that a session can be saved in, the usual one first; adding one adds a file and a line here. */
export const EXPORTERS = [iterscope, log] as const satisfies readonly Exporter[];

export type ExportFormat = (typeof EXPORTERS)[number]['id'];

export const EXPORT_FORMATS: readonly ExportFormat[] = EXPORTERS.map(({ id }) => id);

/** The exporter of a format; undefined when there is none of this name. */
export const findExporter = (id: string): (Exporter & { readonly id: ExportFormat }) | undefined =>
  EXPORTERS.find((exporter) => exporter.id === id);

/** The exporter of a format. */
export const exporterOf = (id: ExportFormat): Exporter => EXPORTERS.find((exporter) => exporter.id === id)!;

/** The format that a file's name says by its extension. */
export const formatOfName = (name: string): ExportFormat | undefined =>
  EXPORTERS.find(({ extension }) => name.endsWith(`.${extension}`))?.id;
