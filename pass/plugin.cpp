/* SPDX-License-Identifier: BSD-3-Clause */
// Registration: options, and which step runs where in the pipeline. Annotated locals are moved
// before any optimisation, while the variables still are what the programmer wrote; escaping
// locals after all of it, when only real memory is left; notes last, so that nothing moves between
// a note and its call.
#include "pass.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"

using namespace llvm;

static cl::opt<flexos::Locals>
    localsOption("flexos-locals", cl::desc("local variables that are shared"),
                 cl::init(flexos::Locals::Annotated),
                 cl::values(clEnumValN(flexos::Locals::None, "none", "none"),
                            clEnumValN(flexos::Locals::Annotated, "annotated",
                                       "those with __attribute__((flexos_share))"),
                            clEnumValN(flexos::Locals::Auto, "auto",
                                       "these and all whose address leaves the function")));

static cl::opt<flexos::Storage>
    storageOption("flexos-storage", cl::desc("where shared local variables are"),
                  cl::init(flexos::Storage::Shadow),
                  cl::values(clEnumValN(flexos::Storage::Shadow, "dss", "data shadow stack"),
                             clEnumValN(flexos::Storage::Heap, "heap", "shared heap")));

flexos::Locals flexos::locals() {
    return localsOption;
}

flexos::Storage flexos::storage() {
    return storageOption;
}

namespace {

void move(Function &function, const flexos::SharedList &shared) {
    if (shared.empty())
        return;
    if (flexos::storage() == flexos::Storage::Heap)
        flexos::moveToHeap(function, shared);
    else
        flexos::moveToShadowStack(function, shared);
}

struct AnnotatedPass : PassInfoMixin<AnnotatedPass> {
    static bool isRequired() {
        return true;
    }

    PreservedAnalyses run(Module &module, ModuleAnalysisManager &) {
        flexos::placeGlobals(module);
        for (Function &function : module) {
            if (function.isDeclaration())
                continue;
            flexos::SharedList shared = flexos::annotatedLocals(function);
            if (flexos::locals() != flexos::Locals::None)
                move(function, shared);
        }
        return PreservedAnalyses::none();
    }
};

struct LastPass : PassInfoMixin<LastPass> {
    static bool isRequired() {
        return true;
    }

    PreservedAnalyses run(Module &module, ModuleAnalysisManager &) {
        for (Function &function : module) {
            if (function.isDeclaration())
                continue;
            if (flexos::locals() == flexos::Locals::Auto)
                move(function, flexos::escapingLocals(function));
            flexos::noteVariadicCalls(function);
        }
        return PreservedAnalyses::none();
    }
};

void addPasses(PassBuilder &builder) {
    builder.registerPipelineStartEPCallback(
        [](ModulePassManager &manager, OptimizationLevel) { manager.addPass(AnnotatedPass()); });
    builder.registerOptimizerLastEPCallback(
        [](ModulePassManager &manager, OptimizationLevel) { manager.addPass(LastPass()); });
}

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo llvmGetPassPluginInfo() {
    return {LLVM_PLUGIN_API_VERSION, "flexos", "1", addPasses};
}
