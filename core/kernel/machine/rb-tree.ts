/** A node of a tree. */
interface RbNode {
  readonly key: bigint;
  parent: RbNode | null;
  left: RbNode | null;
  right: RbNode | null;
  red: boolean;
}

type Side = 'left' | 'right';
const other = (side: Side): Side => (side === 'left' ? 'right' : 'left');

/**
 * A red-black tree of addresses, balanced as the textbook and the kernel do it, so that what programs see of its shape (the root, and what hangs to
 * the left and right of a node) is the kernel's.
 */
export class RbTree {
  private top: RbNode | null = null;
  private readonly nodes = new Map<bigint, RbNode>();

  has(key: bigint): boolean {
    return this.nodes.has(key);
  }

  get root(): bigint | null {
    return this.top?.key ?? null;
  }

  /** What hangs to a side of a node that is in the tree. */
  child(key: bigint, side: Side): bigint | null {
    return this.nodes.get(key)?.[side]?.key ?? null;
  }

  get first(): bigint | null {
    let at = this.top;
    while (at !== null && at.left !== null) at = at.left;
    return at?.key ?? null;
  }

  /** @param isLess  whether the new node belongs to the left of one that is there; equal ones go to the right */
  add(key: bigint, isLess: (there: bigint) => boolean): void {
    let parent: RbNode | null = null;
    let side: Side = 'left';
    for (let at = this.top; at !== null; at = at[side]) {
      parent = at;
      side = isLess(at.key) ? 'left' : 'right';
    }
    const node: RbNode = { key, parent, left: null, right: null, red: true };
    this.nodes.set(key, node);
    if (parent === null) this.top = node;
    else parent[side] = node;
    this.balanceAfterAdding(node);
  }

  remove(key: bigint): void {
    const node = this.nodes.get(key);
    if (node === undefined) return;
    this.nodes.delete(key);
    let removedRed = node.red;
    let child: RbNode | null;
    let parent: RbNode | null;
    if (node.left === null || node.right === null) {
      child = node.left ?? node.right;
      ({ parent } = node);
      this.put(node, child);
    } else {
      // Its place is taken by the next one in order, which has no left child.
      let next = node.right;
      while (next.left !== null) next = next.left;
      removedRed = next.red;
      child = next.right;
      parent = next;
      if (next.parent !== node) {
        ({ parent } = next);
        this.put(next, child);
        next.right = node.right;
        next.right.parent = next;
      }
      this.put(node, next);
      next.left = node.left;
      next.left.parent = next;
      next.red = node.red;
    }
    if (!removedRed) this.balanceAfterRemoving(child, parent);
  }

  /** Puts a node, or nothing, where another one hangs. */
  private put(instead: RbNode, node: RbNode | null): void {
    const { parent } = instead;
    if (parent === null) this.top = node;
    else if (parent.left === instead) parent.left = node;
    else parent.right = node;
    if (node !== null) node.parent = parent;
  }

  /** Turns a node down to a side; its child of the other side takes its place. */
  private turn(node: RbNode, side: Side): void {
    const up = node[other(side)]!;
    node[other(side)] = up[side];
    if (up[side] !== null) up[side].parent = node;
    this.put(node, up);
    up[side] = node;
    node.parent = up;
  }

  private balanceAfterAdding(added: RbNode): void {
    let node = added;
    while (node.parent?.red === true) {
      let parent: RbNode = node.parent;
      const grand = parent.parent!;
      const side: Side = parent === grand.left ? 'left' : 'right';
      const uncle = grand[other(side)];
      if (uncle?.red === true) {
        parent.red = false;
        uncle.red = false;
        grand.red = true;
        node = grand;
        continue;
      }
      if (node === parent[other(side)]) {
        this.turn(parent, side);
        [node, parent] = [parent, node];
      }
      parent.red = false;
      grand.red = true;
      this.turn(grand, other(side));
    }
    this.top!.red = false;
  }

  private balanceAfterRemoving(short: RbNode | null, above: RbNode | null): void {
    let node = short;
    let parent = above;
    while (node !== this.top && node?.red !== true && parent !== null) {
      const side: Side = node === parent.left ? 'left' : 'right';
      let sibling = parent[other(side)]!;
      if (sibling.red) {
        sibling.red = false;
        parent.red = true;
        this.turn(parent, side);
        sibling = parent[other(side)]!;
      }
      if (sibling.left?.red !== true && sibling.right?.red !== true) {
        sibling.red = true;
        node = parent;
        ({ parent } = node);
        continue;
      }
      if (sibling[other(side)]?.red !== true) {
        sibling[side]!.red = false;
        sibling.red = true;
        this.turn(sibling, other(side));
        sibling = parent[other(side)]!;
      }
      sibling.red = parent.red;
      parent.red = false;
      sibling[other(side)]!.red = false;
      this.turn(parent, side);
      node = this.top;
      break;
    }
    if (node !== null) node.red = false;
  }
}
