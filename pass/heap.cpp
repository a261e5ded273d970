/* SPDX-License-Identifier: BSD-3-Clause */
// Heap conversion, the alternative to the data shadow stack that exists for comparison: shared
// locals of fixed size are one object of the shared heap, made when the function is entered and
// freed wherever it returns. Variables of variable size are objects of their own, chained in a
// list and freed then too. A function left by longjmp leaks its object. Without memory the
// function traps: a variable cannot fail to exist.
#include "pass.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace {

class Heap {
    Function &function;
    Module &module;
    const DataLayout &layout;
    PointerType *pointer;
    IntegerType *word;
    FunctionCallee allocate, release;
    AllocaInst *chain = nullptr; // head of the list of objects of variable size

    Value *object(Instruction *before, Value *align, Value *size);
    void freeAt(Instruction *exit, Value *block);

  public:
    explicit Heap(Function &f)
        : function(f), module(*f.getParent()), layout(f.getDataLayout()),
          pointer(PointerType::getUnqual(f.getContext())), word(Type::getInt64Ty(f.getContext())) {
        allocate = module.getOrInsertFunction("flexos_memalign_shared", pointer, word, word);
        release = module.getOrInsertFunction("flexos_free_shared", Type::getVoidTy(f.getContext()),
                                             pointer);
    }

    Value *moveFixed(ArrayRef<AllocaInst *> locals);
    void moveVariable(AllocaInst &local);
    void freeAtExits(Value *block);
};

} // namespace

// Calls flexos_memalign_shared in front of `before`, which must be behind all fixed allocas.
Value *Heap::object(Instruction *before, Value *align, Value *size) {
    IRBuilder<> builder(before);
    CallInst *made = builder.CreateCall(allocate, {align, size}, "flexos.object");
    made->setDoesNotThrow();
    made->addRetAttr(Attribute::NoAlias);
    Instruction *trap = SplitBlockAndInsertIfThen(builder.CreateIsNull(made), before, true);
    IRBuilder<>(trap).CreateIntrinsic(Intrinsic::trap, {}, {});
    return made;
}

// Gathers the fixed allocas at the head of the entry block; the first instruction behind them.
static Instruction *behindAllocas(Function &function) {
    BasicBlock &entry = function.getEntryBlock();
    std::vector<AllocaInst *> locals;
    for (Instruction &instruction : entry)
        if (auto *local = dyn_cast<AllocaInst>(&instruction))
            if (local->isStaticAlloca())
                locals.push_back(local);
    for (size_t i = locals.size(); i-- > 0;)
        locals[i]->moveBefore(entry, entry.begin());
    return locals.empty() ? &*entry.getFirstInsertionPt() : locals.back()->getNextNode();
}

Value *Heap::moveFixed(ArrayRef<AllocaInst *> locals) {
    uint64_t size = 0, align = 16;
    std::vector<uint64_t> offsets;
    for (AllocaInst *local : locals) {
        size = alignTo(size, local->getAlign());
        offsets.push_back(size);
        size += local->getAllocationSize(layout)->getFixedValue();
        align = std::max(align, local->getAlign().value());
    }
    for (AllocaInst *local : locals)
        flexos::dropMarkers(*local);
    Instruction *start = behindAllocas(function);
    Value *block =
        object(start, ConstantInt::get(word, align), ConstantInt::get(word, size ? size : 1));
    IRBuilder<> builder(start);
    for (size_t i = 0; i < locals.size(); i++) {
        Value *moved = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), block, offsets[i]);
        flexos::replaceLocal(*locals[i], *moved, nullptr);
        locals[i]->eraseFromParent();
    }
    return block;
}

void Heap::moveVariable(AllocaInst &local) {
    if (!chain) {
        IRBuilder<> entry(&*function.getEntryBlock().getFirstInsertionPt());
        chain = entry.CreateAlloca(pointer, nullptr, "flexos.objects");
        IRBuilder<> behind(behindAllocas(function));
        behind.CreateStore(ConstantPointerNull::get(pointer), chain);
    }
    uint64_t align = std::max<uint64_t>(16, local.getAlign().value());
    IRBuilder<> builder(&local);
    Value *count = builder.CreateZExtOrTrunc(local.getArraySize(), word);
    Value *bytes = builder.CreateNUWMul(
        count, ConstantInt::get(word, layout.getTypeAllocSize(local.getAllocatedType())));
    // the object starts with the link of the list, padded to the alignment
    Value *size = builder.CreateNUWAdd(bytes, ConstantInt::get(word, align));
    Value *made = object(&local, ConstantInt::get(word, align), size);
    IRBuilder<> here(&local);
    here.CreateStore(here.CreateLoad(pointer, chain), made);
    here.CreateStore(made, chain);
    Value *moved = here.CreateConstInBoundsGEP1_64(here.getInt8Ty(), made, align);
    flexos::replaceLocal(local, *moved, nullptr);
    local.eraseFromParent();
}

// Frees the list, one object after the other, then the block of the fixed locals.
void Heap::freeAt(Instruction *exit, Value *block) {
    if (chain) {
        BasicBlock *before = exit->getParent();
        BasicBlock *after = SplitBlock(before, exit);
        BasicBlock *test =
            BasicBlock::Create(function.getContext(), "flexos.free", &function, after);
        BasicBlock *body =
            BasicBlock::Create(function.getContext(), "flexos.next", &function, after);
        before->getTerminator()->setSuccessor(0, test);
        IRBuilder<> builder(test);
        Value *head = builder.CreateLoad(pointer, chain);
        builder.CreateCondBr(builder.CreateIsNull(head), after, body);
        builder.SetInsertPoint(body);
        builder.CreateStore(builder.CreateLoad(pointer, head), chain);
        builder.CreateCall(release, {head})->setDoesNotThrow();
        builder.CreateBr(test);
    }
    if (block)
        IRBuilder<>(exit).CreateCall(release, {block})->setDoesNotThrow();
}

void Heap::freeAtExits(Value *block) {
    std::vector<Instruction *> exits;
    for (BasicBlock &basic : function) {
        Instruction *end = basic.getTerminator();
        if (!isa<ReturnInst>(end) && !isa<ResumeInst>(end))
            continue;
        CallInst *tail = basic.getTerminatingMustTailCall();
        exits.push_back(tail ? tail : end);
    }
    for (Instruction *exit : exits)
        freeAt(exit, block);
}

void flexos::moveToHeap(Function &function, const SharedList &shared) {
    std::vector<AllocaInst *> fixed, variable;
    for (Value *value : shared) {
        auto *argument = dyn_cast<Argument>(value);
        AllocaInst *local = argument ? copyOfArgument(*argument) : cast<AllocaInst>(value);
        (local->isStaticAlloca() ? fixed : variable).push_back(local);
    }
    // calls that the optimiser marked as tail calls would run before the objects are freed
    for (BasicBlock &block : function)
        for (Instruction &instruction : block)
            if (auto *call = dyn_cast<CallInst>(&instruction))
                if (call->isTailCall() && !call->isMustTailCall())
                    call->setTailCall(false);
    Heap heap(function);
    for (AllocaInst *local : variable)
        heap.moveVariable(*local);
    Value *block = fixed.empty() ? nullptr : heap.moveFixed(fixed);
    heap.freeAtExits(block);
}
