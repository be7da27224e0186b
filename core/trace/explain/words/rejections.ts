import type { Rejection, RejectionKind, RejectionOf } from '../../../verifier/rejection.ts';
import * as calls from './calls.ts';
import * as configuration from './configuration.ts';
import * as dynptrs from './dynptrs.ts';
import * as fields from './fields.ts';
import * as formats from './formats.ts';
import * as iterators from './iterators.ts';
import * as memory from './memory.ts';
import type { Build, Explanation, Scene } from './scene.ts';
import * as mapWords from './maps.ts';
import * as objects from './objects.ts';
import * as symbols from './symbols.ts';
import * as shape from './shape.ts';

/** The words of each kind of rejection. */
const WORDS: { readonly [K in RejectionKind]: Build<K> } = {
  'bad-size': shape.badSize,
  'map-refused': mapWords.refused,
  'bad-call-target': shape.badCallTarget,
  'bad-callback': shape.badCallback,
  'bad-ld-imm64': shape.badLoad,
  'unfilled-map': mapWords.unfilled,
  'bad-btf': shape.badBtf,
  'bad-global-function': shape.badGlobal,
  'bad-map': shape.badMap,
  'field-not-for-program': fields.notForProgram,
  'no-such-map-field': fields.noField,
  'bad-kfunc': shape.badKfunc,
  'jump-into-ld-imm64': shape.intoConstant,
  'jump-out-of-range': shape.jumpOut,
  'no-arena': shape.noArena,
  'no-exit': shape.noExit,
  'reserved-field': shape.reservedField,
  'runs-off-the-end': shape.runsOff,
  'too-many-subprograms': shape.tooManySubprograms,
  'unknown-opcode': shape.unknownOpcode,
  unreachable: shape.unreachable,
  'invalid-register': shape.invalidRegister,
  'invalid-shift': shape.invalidShift,
  'division-by-zero': shape.divisionByZero,
  'bad-atomic': shape.badAtomic,
  'bad-attach-target': shape.badTarget,

  'too-many-instructions': shape.tooMuch,
  'too-many-branches': shape.tooManyBranches,
  'too-many-frames': shape.tooManyFrames,
  'stack-too-deep': shape.stackTooDeep,
  'infinite-loop': shape.endless,
  'kernel-mistake': shape.kernelMistake,

  'uninitialized-register': memory.unreadable,
  'frame-pointer-write': memory.framePointer,
  'mixed-pointers': memory.mixedPointers,

  'pointer-arithmetic': memory.badArithmetic,
  'maybe-null-arithmetic': memory.nullArithmetic,
  'offset-too-large': memory.offsetTooLarge,
  'unbounded-offset': memory.unboundedOffset,

  'invalid-mem-access': memory.memAccess,
  'maybe-null-access': memory.maybeNullAccess,
  'invalid-context-access': memory.contextAccess,
  'modified-pointer': memory.modifiedPointer,
  'variable-offset': memory.variableOffset,
  'negative-offset': memory.negativeOffset,
  'out-of-bounds': memory.outOfBounds,
  'unbounded-access': memory.unboundedAccess,
  'no-such-field': memory.noField,
  'foreign-memory': memory.foreignMemory,
  'packet-range': memory.packet,
  'out-of-packet': memory.packet,
  'read-only': memory.readOnly,
  'map-permission': memory.mapPermission,
  'field-access': fields.access,
  'wrong-kptr': fields.wrongPointer,
  misaligned: memory.misaligned,

  'stack-out-of-bounds': memory.offStack,
  'unbounded-stack-access': memory.unboundedStack,
  'invalid-stack-read': memory.stackRead,
  'variable-stack-argument': memory.variableStackArgument,
  'bad-spill-size': memory.partialSpill,
  'bad-fill-size': memory.partialSpill,
  'spill-to-caller': memory.spillToCaller,

  'iterator-not-on-stack': iterators.notOnStack,
  'uninitialized-iterator': iterators.notConstructed,
  'iterator-already-initialized': iterators.alreadyConstructed,
  'iterator-needs-rcu': iterators.iteratorNeedsRcu,
  'css-task-not-allowed': iterators.cssTask,

  'dynptr-not-on-stack': dynptrs.notOnStack,
  'uninitialized-dynptr': dynptrs.uninitialized,
  'overwritten-dynptr': dynptrs.overwritten,
  'constant-dynptr': dynptrs.constant,
  'wrong-dynptr': dynptrs.wrongKind,
  'dynptr-memory': dynptrs.memory,

  'unreleased-reference': iterators.leak,
  'release-unreferenced': iterators.notReferenced,

  'bad-object-type': objects.badType,
  'wrong-object': objects.wrongObject,
  'unlocked-root': objects.unlockedRoot,
  'wrong-node': objects.wrongNode,
  'in-tree-callback': objects.inTreeCallback,

  'needs-rcu': iterators.needsRcu,
  'unreleased-rcu': iterators.openRcu,
  'unmatched-rcu-unlock': iterators.unmatchedUnlock,
  'nested-rcu-lock': iterators.nestedLock,
  'preemption-disabled': iterators.preemption,
  'unmatched-preempt-enable': iterators.preemption,
  'unreleased-lock': fields.lockHeld,
  'wrong-lock': fields.wrongLock,
  'call-while-locked': fields.callWhileLocked,
  'irq-out-of-order': iterators.interruptOrder,
  'interrupts-disabled': iterators.interruptsDisabled,
  'sleepable-helper': iterators.sleeps,
  'sleepable-kfunc': iterators.sleeps,

  'unknown-helper': calls.unknownHelper,
  'helper-not-allowed': calls.notAllowed,
  'helper-withheld': configuration.withheld,
  'unnamed-symbol': symbols.unnamed,
  'packet-argument': calls.packetArgument,
  'gpl-only': calls.gplOnly,
  'packet-load': calls.packetLoad,
  'tail-call': calls.tailCall,
  'kfunc-not-allowed': calls.notAllowed,
  'bad-argument': calls.badArgument,
  'bad-global-arguments': calls.badGlobalArguments,
  'bad-format-string': calls.badFormat,
  'invalid-format': formats.invalidFormat,
  'maybe-null-argument': calls.maybeNullArgument,
  'untrusted-argument': calls.untrusted,
  'wrong-struct': calls.wrongStruct,
  'not-a-scalar': calls.notScalar,
  'not-constant': calls.notConstant,
  'zero-size': calls.zeroSize,
  'negative-size': calls.negativeSize,
  'unbounded-size': calls.unboundedSize,

  'bad-return-value': calls.returnValue,
  'bad-callback-return': calls.callbackReturn,
  'returns-stack-pointer': calls.stackPointerReturned,
};

// The compiler sees that words and rejection belong together where both are of one kind K.
function wordsOf<K extends RejectionKind>(rejection: RejectionOf<K>, scene: Scene): Explanation {
  return WORDS[rejection.kind](rejection, scene);
}

/** A rejection in plain words. */
export function explanationOf(rejection: Rejection, scene: Scene): Explanation {
  return wordsOf(rejection, scene);
}
