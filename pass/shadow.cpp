/* SPDX-License-Identifier: BSD-3-Clause */
// The data shadow stack: a shared local keeps its slot in the frame, and its address is that of
// the slot + flexos_dss_offset, which the link step sets to the distance of the shared half of a
// stack, or to 0 (docs/abi.md section 3). So recursion, loops, variable-length arrays and longjmp
// need no bookkeeping.
//
// The addition is one LEA in an empty-handed asm: the optimiser must not know that the result is
// another object than the slot (it would call accesses out of bounds), nor that it has to do with
// the symbol flexos_dss_offset; and it must keep the slot, which nothing else uses.
#include "pass.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

static const char *const leaText = "leaq flexos_dss_offset($1), $0";

bool flexos::onShadowStack(const AllocaInst &local) {
    for (const User *user : local.users())
        if (auto *call = dyn_cast<CallBase>(user))
            if (auto *text = dyn_cast<InlineAsm>(call->getCalledOperand()))
                if (text->getAsmString() == leaText)
                    return true;
    return false;
}

AllocaInst *flexos::copyOfArgument(Argument &argument) {
    Function &function = *argument.getParent();
    const DataLayout &layout = function.getDataLayout();
    Type *type = argument.getParamByValType();
    IRBuilder<> builder(&*function.getEntryBlock().getFirstInsertionPt());
    AllocaInst *copy = builder.CreateAlloca(type, nullptr, argument.getName() + ".copy");
    if (MaybeAlign align = argument.getParamAlign())
        copy->setAlignment(*align);
    SmallVector<DbgVariableRecord *, 2> declares;
    SmallVector<DbgVariableIntrinsic *, 2> old;
    findDbgUsers(old, &argument, &declares);
    argument.replaceAllUsesWith(copy);
    builder.CreateMemCpy(copy, copy->getAlign(), &argument, argument.getParamAlign(),
                         layout.getTypeAllocSize(type));
    for (DbgVariableRecord *declare : declares)
        declare->replaceVariableLocationOp(&argument, copy);
    return copy;
}

void flexos::dropMarkers(AllocaInst &local) {
    SmallVector<Instruction *, 4> markers;
    for (User *user : local.users())
        if (auto *call = dyn_cast<CallBase>(user))
            if (call->isLifetimeStartOrEnd())
                markers.push_back(call);
    for (Instruction *marker : markers)
        marker->eraseFromParent();
}

void flexos::replaceLocal(AllocaInst &local, Value &moved, User *keep) {
    SmallVector<DbgVariableRecord *, 2> declares;
    SmallVector<DbgVariableIntrinsic *, 2> old;
    findDbgUsers(old, &local, &declares);
    for (DbgVariableRecord *declare : declares)
        declare->replaceVariableLocationOp(&local, &moved);
    dropMarkers(local);
    local.replaceUsesWithIf(&moved, [&](Use &use) { return use.getUser() != keep; });
}

void flexos::moveToShadowStack(Function &function, const SharedList &shared) {
    LLVMContext &context = function.getContext();
    PointerType *pointer = PointerType::getUnqual(context);
    InlineAsm *lea =
        InlineAsm::get(FunctionType::get(pointer, {pointer}, false), leaText, "=r,r", false);
    for (Value *value : shared) {
        auto *argument = dyn_cast<Argument>(value);
        AllocaInst *local = argument ? copyOfArgument(*argument) : cast<AllocaInst>(value);
        IRBuilder<> builder(local->getNextNode());
        CallInst *moved = builder.CreateCall(lea, {local}, local->getName() + ".shared");
        moved->setDoesNotAccessMemory();
        moved->setDoesNotThrow();
        moved->addFnAttr(Attribute::WillReturn);
        replaceLocal(*local, *moved, moved);
    }
}
