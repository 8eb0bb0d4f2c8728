"""Where threads of a kernel wait for one another: a barrier, in LLVM IR.

The last to come clears the count and turns the generation over, which the others are watching; a
thread that has watched for long gives its core away, for there may be more threads than cores.
"""

from __future__ import annotations

import platform
import sys

from rheobase.compiler.apart import WORDS

# Watching the generation disturbs nobody's coming, for it lies apart from the count.
_GENERATION = WORDS
_TURNS = 300  # some microseconds
_GIVE_WAY = "SwitchToThread" if sys.platform == "win32" else "sched_yield"
_IS_X86 = platform.machine().lower() in ("x86_64", "amd64")
_PAUSE = "call void @llvm.x86.sse2.pause()" if _IS_X86 else "fence acquire"

DECLARATIONS = {f"declare i32 @{_GIVE_WAY}()"} | (
    {"declare void @llvm.x86.sse2.pause()"} if _IS_X86 else set()
)
FUNCTION = f"""\
define internal void @rb.meet(ptr %place, i64 %parties) noinline nounwind {{
.entry:
  %alone = icmp sle i64 %parties, 1
  br i1 %alone, label %done, label %come
come:
  %generation = getelementptr inbounds i64, ptr %place, i64 {_GENERATION}
  %mine = load atomic i64, ptr %generation acquire, align 8
  %before = atomicrmw add ptr %place, i64 1 acq_rel
  %count = add i64 %before, 1
  %last = icmp eq i64 %count, %parties
  br i1 %last, label %open, label %watch
open:
  store atomic i64 0, ptr %place release, align 8
  %turned = atomicrmw add ptr %generation, i64 1 acq_rel
  br label %done
watch:
  %turns = phi i64 [ 0, %come ], [ %more, %rest ], [ 0, %yield ]
  %now = load atomic i64, ptr %generation acquire, align 8
  %same = icmp eq i64 %now, %mine
  br i1 %same, label %wait, label %done
wait:
  %more = add i64 %turns, 1
  %long = icmp sgt i64 %more, {_TURNS}
  br i1 %long, label %yield, label %rest
rest:
  {_PAUSE}
  br label %watch
yield:
  %ignored = call i32 @{_GIVE_WAY}()
  br label %watch
done:
  ret void
}}"""
