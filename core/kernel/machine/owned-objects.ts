import { MachineFault } from './fault.ts';
import type { Memory } from './memory.ts';
import { toAddress } from './memory.ts';
import { RbTree } from './rb-tree.ts';

interface OwnedObject {
  readonly at: number;
  readonly size: number;
  references: number;
}

const low = (address: bigint): number => Number(BigInt.asUintN(32, address));

/**
 * Objects that programs allocate, and the lists and trees that own some of them. Which node follows which is kept here: programs cannot look into the
 * nodes.
 */
export class OwnedObjects {
  private readonly objects = new Map<number, OwnedObject>();
  private readonly lists = new Map<bigint, bigint[]>();
  private readonly trees = new Map<bigint, RbTree>();
  /** The list or tree that owns a node. */
  private readonly owners = new Map<bigint, bigint>();

  constructor(private readonly memory: Memory) {}

  /** A zeroed object with one reference. */
  allocate(size: number): bigint {
    const at = this.memory.map(size);
    this.objects.set(at, { at, size, references: 1 });
    return toAddress(at);
  }

  /** Takes another reference to the object that an address lies in. */
  share(address: bigint): void {
    this.holding(address).references++;
  }

  /** Gives a reference back; the last one takes the object with it. */
  drop(address: bigint): void {
    const object = this.holding(address);
    if (--object.references > 0) return;
    this.objects.delete(object.at);
    this.memory.unmap(object.at);
  }

  list(head: bigint): readonly bigint[] {
    return this.lists.get(head) ?? [];
  }

  /** Puts a node into a list, with its reference; false when something owns it already: the reference is given back then. */
  push(head: bigint, node: bigint, where: 'front' | 'back'): boolean {
    if (!this.own(head, node)) return false;
    const nodes = this.lists.get(head) ?? [];
    if (where === 'front') nodes.unshift(node);
    else nodes.push(node);
    this.lists.set(head, nodes);
    return true;
  }

  /** Takes a node out of a list, with its reference; null from an empty one. */
  pop(head: bigint, where: 'front' | 'back'): bigint | null {
    const nodes = this.lists.get(head) ?? [];
    const node = where === 'front' ? nodes.shift() : nodes.pop();
    if (node === undefined) return null;
    this.owners.delete(node);
    return node;
  }

  tree(root: bigint): RbTree {
    let tree = this.trees.get(root);
    if (tree === undefined) this.trees.set(root, (tree = new RbTree()));
    return tree;
  }

  /** Puts a node into a tree, with its reference; false as for `push`. */
  add(root: bigint, node: bigint, isLess: (there: bigint) => boolean): boolean {
    if (!this.own(root, node)) return false;
    this.tree(root).add(node, isLess);
    return true;
  }

  /** Takes a node out of a tree, with its reference; false when the tree does not own it. */
  remove(root: bigint, node: bigint): boolean {
    if (this.owners.get(node) !== root) return false;
    this.owners.delete(node);
    this.tree(root).remove(node);
    return true;
  }

  /**
   * What a field of a map's value kept goes, as the value is overwritten: the members of a list or tree there, or the object that a pointer there keeps.
   * @param pointer  0 for what is no pointer; one to an object of the kernel's is nobody's here
   */
  giveBack(field: bigint, pointer: bigint): void {
    if (this.objects.has(low(pointer)) && pointer !== 0n) this.drop(pointer);
    for (const [node, owner] of this.owners) {
      if (owner !== field) continue;
      this.owners.delete(node);
      this.drop(node);
    }
    this.lists.delete(field);
    this.trees.delete(field);
  }

  private own(owner: bigint, node: bigint): boolean {
    if (this.owners.has(node)) {
      this.drop(node);
      return false;
    }
    this.owners.set(node, owner);
    return true;
  }

  private holding(address: bigint): OwnedObject {
    const at = low(address);
    const found =
      this.objects.get(at) ?? [...this.objects.values()].find((one) => at >= one.at && at < one.at + one.size);
    if (found === undefined) throw new MachineFault(`no object of the program lies at 0x${address.toString(16)}`);
    return found;
  }
}
