/* SPDX-License-Identifier: BSD-3-Clause */
// Annotated globals: writable ones go to .flexos.shared, constants to .flexos.rodata. String
// literals and other constants stay where they are: every compartment may read them.
#include "pass.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GlobalVariable.h"

using namespace llvm;

static void place(GlobalVariable &global) {
    if (global.isDeclaration())
        return;
    if (global.isThreadLocal()) {
        global.getContext().emitError("flexos_share: " + global.getName() +
                                      " is thread-local, and thread-local objects are private to "
                                      "their compartment; share an array indexed by thread, or "
                                      "memory of flexos_malloc_shared()");
        return;
    }
    global.setSection(global.isConstant() ? ".flexos.rodata" : ".flexos.shared");
}

void flexos::placeGlobals(Module &module) {
    GlobalVariable *annotations = module.getGlobalVariable("llvm.global.annotations");
    if (!annotations || !annotations->hasInitializer())
        return;
    auto *list = dyn_cast<ConstantArray>(annotations->getInitializer());
    if (!list)
        return;
    for (Use &operand : list->operands()) {
        auto *entry = dyn_cast<ConstantStruct>(operand);
        if (!entry)
            continue;
        auto *global = dyn_cast<GlobalVariable>(entry->getOperand(0)->stripPointerCasts());
        auto *text = dyn_cast<GlobalVariable>(entry->getOperand(1)->stripPointerCasts());
        auto *data = text ? dyn_cast<ConstantDataArray>(text->getInitializer()) : nullptr;
        if (global && data && data->isCString() && data->getAsCString() == "flexos_share")
            place(*global);
    }
}
