"""LLVM IR text to machine code of this machine, through llvmlite, once per machine.

Object code is kept in a cache on disk (`cache.py`) under everything that shaped it: the text, the
versions, the processor and its features. Importing this module does not import llvmlite.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from rheobase.compiler import cache
from rheobase.errors import CompileError
from rheobase.records import Record

if TYPE_CHECKING:
    from llvmlite import binding

# How much to make of a kernel: vectors and every pass; or only the passes that clean it up, which
# leave scalar loops as fast; or nothing, for a run that is over soon. The bits are the same.
FULL, LIGHT, LEAST = "full", "light", "least"
_CODE_LEVELS = {FULL: 3, LIGHT: 2, LEAST: 0}
REPORT = "this is an error in rheobase; please report it with the model that shows it."
# Part of the key of the cache: raise it when the passes below change.
_PIPELINE = "3"


class MachineCode:
    """A loaded module; it stays loaded as long as somebody refers to it."""

    def __init__(self, engine: binding.ExecutionEngine) -> None:
        self._engine = engine

    def address(self, symbol: str) -> int:
        """Where a function of the module stands; its symbol is ASCII and exists."""
        return int(self._engine.get_function_address(symbol))


class _Host(Record):
    """This machine, as LLVM sees it."""

    target: Any
    processor: str
    features: str
    version: str
    vector_bytes: int

    def create(self, effort: str = FULL) -> binding.TargetMachine:
        return self.target.create_target_machine(
            cpu=self.processor, features=self.features, opt=_CODE_LEVELS[effort]
        )


_lock = threading.RLock()
_loaded: WeakValueDictionary[tuple[str, str], MachineCode] = WeakValueDictionary()
_hosts: list[_Host] = []


def load(text: str, effort: str = FULL) -> MachineCode:
    """Optimise and load a module of LLVM IR, or take it from memory or from the cache.

    Raises:
        CompileError: if LLVM refuses the text.
    """
    with _lock:
        code = _loaded.get((text, effort))
        if code is None:
            code = _loaded[text, effort] = _link(_object(text, effort))
        return code


def _object(text: str, effort: str) -> bytes:
    """Object code, from the cache where there is one that has it."""
    if cache.folder() is None:
        return compile_object(text, effort)
    host = _host()
    name = cache.key(text, effort, host.version, host.processor, host.features, _PIPELINE)
    body = cache.read(name)
    if body is None:
        body = compile_object(text, effort)
        cache.write(name, body)
    return body


def vector_bytes() -> int:
    """The length of a vector of this machine."""
    with _lock:
        return _host().vector_bytes


def compile_object(text: str, effort: str = FULL) -> bytes:
    """Object code of a module of LLVM IR, for this machine.

    Raises:
        CompileError: if LLVM refuses the text.
    """
    with _lock:
        machine = _host().create(effort)
        return bytes(machine.emit_object(_optimised(text, machine, effort)))


def disassemble(text: str) -> str:
    """The machine code of a module of LLVM IR, as text to read.

    Raises:
        CompileError: if LLVM refuses the text.
    """
    with _lock:
        machine = _host().create()
        return str(machine.emit_assembly(_optimised(text, machine, FULL)))


def _optimised(text: str, machine: binding.TargetMachine, effort: str) -> binding.ModuleRef:
    from llvmlite import binding

    try:
        module = binding.parse_assembly(text)
        module.triple = machine.triple
        module.data_layout = str(machine.target_data)
        module.verify()
    except RuntimeError as error:
        raise CompileError(f"LLVM refused a kernel: {error}", mend=REPORT) from error
    if effort == LEAST:
        return module
    # The loops say themselves what to vectorise; unrolling and gathering scalars into vectors cost
    # compile time and gained nothing on the neuron kernels.
    options = binding.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    options.slp_vectorization = False
    options.loop_unrolling = False
    builder = binding.create_pass_builder(machine, options)
    if effort == FULL:
        passes = builder.getModulePassManager()
    else:
        passes = binding.create_new_module_pass_manager()
        passes.add_always_inliner_pass()
        passes.add_sroa_pass()
        passes.add_instruction_combine_pass()
        passes.add_simplify_cfg_pass()
    passes.run(module, builder)
    return module


def _link(body: bytes) -> MachineCode:
    from llvmlite import binding

    # An engine wants a module and a machine of its own; code model and memory manager stay at
    # their defaults, which bear constants and code that lie more than 2 GB apart.
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), _host().create())
    engine.add_object_file(binding.ObjectFileRef.from_data(body))
    engine.finalize_object()
    return MachineCode(engine)


def _host() -> _Host:
    """This machine, asked at the first use."""
    if not _hosts:
        import llvmlite
        from llvmlite import binding

        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        version = ".".join(map(str, binding.llvm_version_info))
        features = binding.get_host_cpu_features()
        _hosts.append(
            _Host(
                binding.Target.from_default_triple(),
                binding.get_host_cpu_name(),
                features.flatten(),
                f"llvmlite {llvmlite.__version__} LLVM {version}",
                64 if features.get("avx512f") else 32 if features.get("avx") else 16,
            )
        )
    return _hosts[0]
