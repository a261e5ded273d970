/* SPDX-License-Identifier: BSD-3-Clause */
// Which local variables are shared: those that are annotated, and in auto mode those whose address
// leaves the function. The second question is answered without looking into other functions, so
// every call counts, also one of the same file.
#include "pass.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

static bool isShareAnnotation(const Value *text) {
    auto *global = dyn_cast<GlobalVariable>(text->stripPointerCasts());
    if (!global || !global->hasInitializer())
        return false;
    auto *data = dyn_cast<ConstantDataArray>(global->getInitializer());
    return data && data->isCString() && data->getAsCString() == "flexos_share";
}

// The variable behind a pointer, or null if it is none that can be moved.
static Value *localBehind(Value *pointer) {
    Value *value = pointer->stripPointerCasts();
    if (isa<AllocaInst>(value))
        return value;
    auto *argument = dyn_cast<Argument>(value);
    return argument && argument->hasByValAttr() ? argument : nullptr;
}

flexos::SharedList flexos::annotatedLocals(Function &function) {
    SharedList shared;
    SmallPtrSet<Value *, 8> seen;
    std::vector<Instruction *> annotations;
    for (BasicBlock &block : function)
        for (Instruction &instruction : block) {
            auto *call = dyn_cast<IntrinsicInst>(&instruction);
            if (!call || call->getIntrinsicID() != Intrinsic::var_annotation ||
                !isShareAnnotation(call->getArgOperand(1)))
                continue;
            annotations.push_back(call);
            Value *local = localBehind(call->getArgOperand(0));
            if (!local)
                function.getContext().emitError(
                    call, "flexos_share: this variable has no storage of its own that could be "
                          "shared; copy it into a local variable and share that one");
            else if (seen.insert(local).second)
                shared.push_back(local);
        }
    for (Instruction *annotation : annotations)
        annotation->eraseFromParent();
    return shared;
}

static bool escapes(Value &pointer, SmallPtrSetImpl<Value *> &seen);

static bool escapesThroughCall(Use &use, CallBase &call, SmallPtrSetImpl<Value *> &seen) {
    if (call.isInlineAsm())
        return true;
    if (call.isCallee(&use) || call.isLifetimeStartOrEnd() || isa<DbgInfoIntrinsic>(call))
        return false;
    if (isa<MemIntrinsic>(call))
        return false; // copies the content; the address stays here
    if (call.isArgOperand(&use) && call.isByValArgument(call.getArgOperandNo(&use)))
        return false; // likewise
    if (auto *intrinsic = dyn_cast<IntrinsicInst>(&call))
        return !intrinsic->getType()->isVoidTy() && escapes(*intrinsic, seen);
    return true;
}

static bool escapes(Value &pointer, SmallPtrSetImpl<Value *> &seen) {
    if (!seen.insert(&pointer).second)
        return false;
    for (Use &use : pointer.uses()) {
        User *user = use.getUser();
        if (isa<GetElementPtrInst>(user) || isa<CastInst>(user) || isa<PHINode>(user) ||
            isa<SelectInst>(user) || isa<FreezeInst>(user)) {
            if (isa<PtrToIntInst>(user) || escapes(*user, seen))
                return true;
        } else if (auto *call = dyn_cast<CallBase>(user)) {
            if (escapesThroughCall(use, *call, seen))
                return true;
        } else if (auto *store = dyn_cast<StoreInst>(user)) {
            if (store->getValueOperand() == &pointer)
                return true;
        } else if (auto *exchange = dyn_cast<AtomicCmpXchgInst>(user)) {
            if (exchange->getPointerOperand() != &pointer)
                return true;
        } else if (auto *update = dyn_cast<AtomicRMWInst>(user)) {
            if (update->getPointerOperand() != &pointer)
                return true;
        } else if (!isa<LoadInst>(user) && !isa<ICmpInst>(user)) {
            return true;
        }
    }
    return false;
}

flexos::SharedList flexos::escapingLocals(Function &function) {
    SharedList shared;
    auto consider = [&](Value &local) {
        SmallPtrSet<Value *, 16> seen;
        if (escapes(local, seen))
            shared.push_back(&local);
    };
    for (Argument &argument : function.args())
        if (argument.hasByValAttr())
            consider(argument);
    for (BasicBlock &block : function)
        for (Instruction &instruction : block)
            if (auto *local = dyn_cast<AllocaInst>(&instruction))
                if (!onShadowStack(*local) && !local->isUsedWithInAlloca() &&
                    !local->isSwiftError())
                    consider(*local);
    return shared;
}
