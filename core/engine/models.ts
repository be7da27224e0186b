import { InputError } from '../base/errors.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { exampleOf } from '../kernel/catalogue/own/example.ts';
import { headerOf } from '../kernel/catalogue/own/header.ts';
import {
  describedBy,
  distinct,
  fieldOf,
  iteratorsOf,
  modelOf,
  registration,
} from '../kernel/catalogue/own/model-file.ts';
import type { KernelModel } from '../kernel/model.ts';
import { rulesOff } from '../kernel/rules/iterator-rules.ts';
import type { ModelCheck, ModelInfo } from './protocol.ts';

/** Models of descriptions that are kept; one is made anew when it is asked for again. */
const KEPT = 32;

/** The kernel's models that an engine works with: the one that it began with, and what descriptions (JSON) make of it. */
export class Models {
  readonly #made = new Map<string, KernelModel>();
  #base: KernelModel | null = null;
  /** What programs are opened with; null for the model that it began with. */
  #used: string | null = null;

  /** @param first makes the model that others are derived from, when it is first needed */
  constructor(private readonly first: () => KernelModel) {}

  get base(): KernelModel {
    return (this.#base ??= this.first());
  }

  /** The description of the model that programs are opened with; null for the base. */
  get description(): string | null {
    return this.#used;
  }

  get kernel(): KernelModel {
    return this.of(this.#used);
  }

  /** The model that a description makes of the base: the same one for the same text. @throws InputError with the field and the rule */
  of(description: string | null): KernelModel {
    if (description === null) return this.base;
    let model = this.#made.get(description);
    if (model === undefined) {
      model = modelOf(describedBy(encodeUtf8(description)), this.base);
      this.#made.set(description, model);
      for (const [oldest] of this.#made) {
        if (this.#made.size <= KEPT) break;
        this.#made.delete(oldest);
      }
    }
    return model;
  }

  /** Opens programs with another model from now on; null for the base. What is open keeps its own. @throws InputError */
  use(description: string | null): void {
    this.of(description);
    this.#used = description;
  }

  /** The same for what was kept of an earlier engine: one that cannot be had any more is the base. */
  restore(description: string | null): void {
    try {
      this.use(description);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.use(null);
    }
  }

  info(): ModelInfo {
    const { title, notice, rules, iterators } = this.kernel;
    const own = iterators.all.filter(({ name }) => this.base.iterators.find(name) === undefined);
    return {
      title,
      base: this.base.title,
      notice,
      rulesOff: rulesOff(rules),
      iterators: own.map(({ name, doc }) => ({ name, doc })),
      description: this.#used,
    };
  }

  /** What is wrong with a description, and the headers of the iterators in it. Never throws for a bad one. */
  check(description: string): ModelCheck {
    try {
      const described = describedBy(encodeUtf8(description));
      const off = described.kind === 'model' ? (described.model.rulesOff ?? []) : [];
      const kernel = this.base.derive({ rulesOff: off });
      const iterators = iteratorsOf(described, kernel);
      const problems = iterators.flatMap((own, i) => {
        const prefix = described.kind === 'iterator' ? '' : `iterators[${i}].`;
        return distinct(registration(own, kernel)).map((one) => ({
          field: `${prefix}${fieldOf(one, own)}`,
          rule: one.message,
          refused: one.errno !== 0,
        }));
      });
      return {
        problems,
        iterators: iterators.map((own) => ({
          name: own.definition.name,
          header: headerOf(own),
          program: exampleOf(own, kernel.btf),
        })),
      };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { problems: [{ field: error.place, rule: error.reason, refused: true }], iterators: [] };
    }
  }
}
