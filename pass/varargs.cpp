/* SPDX-License-Identifier: BSD-3-Clause */
// Notes for calls of variadic functions. A gate must copy as many words of stack arguments as the
// call site pushes, which only the compiler knows. Section .flexos.varargs (not loaded) gets for
// each site: 8 bytes address, 4 bytes size of the stack arguments, 4 bytes number of vector
// registers (what %al says). The address is that of a label in front of the call: the site is the
// first call or jump instruction behind it that is not a memory copy made for an argument passed
// by value. The label is unique for each copy that code generation makes of the site.
//
// Classification is that of the System V ABI for the values that clang passes on: it has split
// structures into registers already, and marks what goes to memory as a whole with byval.
#include "pass.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"

using namespace llvm;

namespace {

struct Passed {
    unsigned general = 0, vectors = 0;
    uint64_t stack = 0;

    void push(uint64_t size, uint64_t align) {
        stack = alignTo(stack, align < 8 ? 8 : align) + alignTo(size, 8);
    }

    void integer(unsigned words) {
        if (general + words <= 6)
            general += words;
        else
            push(words * 8, words * 8);
    }

    void vector(uint64_t size) {
        if (vectors < 8)
            vectors++;
        else
            push(size, size);
    }
};

} // namespace

static Passed classify(const CallBase &call) {
    const DataLayout &layout = call.getFunction()->getDataLayout();
    Passed passed;
    for (unsigned i = 0; i < call.arg_size(); i++) {
        Type *type = call.getArgOperand(i)->getType();
        if (call.isByValArgument(i)) {
            MaybeAlign align = call.getParamAlign(i);
            passed.push(layout.getTypeAllocSize(call.getParamByValType(i)),
                        align ? align->value() : 8);
        } else if (call.paramHasAttr(i, Attribute::Nest)) {
            continue;
        } else if (type->isX86_FP80Ty()) {
            passed.push(16, 16);
        } else if (type->isFloatingPointTy() || type->isVectorTy()) {
            passed.vector(layout.getTypeAllocSize(type));
        } else {
            passed.integer(layout.getTypeAllocSize(type) > 8 ? 2 : 1);
        }
    }
    passed.stack = alignTo(passed.stack, 8);
    return passed;
}

// Where the note goes: in front of the call, or of the load of the called pointer, so that code
// generation can still fold that load into the call.
static Instruction *placeOf(CallBase *call) {
    auto *load = dyn_cast<LoadInst>(call->getCalledOperand());
    if (!load || load->getParent() != call->getParent() || !load->hasOneUse())
        return call;
    for (Instruction *at = load->getNextNode(); at != call; at = at->getNextNode())
        if (isa<CallBase>(at) || at->mayWriteToMemory())
            return call;
    return load;
}

void flexos::noteVariadicCalls(Function &function) {
    std::vector<CallBase *> sites;
    for (BasicBlock &block : function)
        for (Instruction &instruction : block)
            if (auto *call = dyn_cast<CallBase>(&instruction))
                if (!call->isInlineAsm() && call->getFunctionType()->isVarArg())
                    if (!call->getCalledFunction() || !call->getCalledFunction()->isIntrinsic())
                        sites.push_back(call);
    Type *none = Type::getVoidTy(function.getContext());
    for (CallBase *call : sites) {
        Passed passed = classify(*call);
        std::string text = ".Lflexos_varargs${:uid}:\n"
                           ".pushsection .flexos.varargs,\"\",@progbits\n"
                           ".quad .Lflexos_varargs${:uid}\n.long " +
                           std::to_string(passed.stack) + "\n.long " +
                           std::to_string(passed.vectors) + "\n.popsection";
        InlineAsm *note = InlineAsm::get(FunctionType::get(none, false), text, "", true);
        IRBuilder<> builder(placeOf(call));
        builder.CreateCall(note)->setDoesNotThrow();
    }
}
