/* SPDX-License-Identifier: BSD-3-Clause */
// What the files of the plugin know of each other. README.md says what each step does and when.
#ifndef FLEXOS_PASS_H
#define FLEXOS_PASS_H

#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include <vector>

namespace flexos {

// Which locals are shared (-flexos-locals) and where they go (-flexos-storage).
enum class Locals { None, Annotated, Auto };
enum class Storage { Shadow, Heap };
Locals locals();
Storage storage();

// A local variable that must be moved: an alloca, or an argument passed by value in memory.
using SharedList = std::vector<llvm::Value *>;

// Locals that carry the annotation; the annotation calls are removed.
SharedList annotatedLocals(llvm::Function &function);
// Locals whose address leaves the function: into a call, into memory, or as its result.
SharedList escapingLocals(llvm::Function &function);

// Moves the variables; both give debug information the new address.
void moveToShadowStack(llvm::Function &function, const SharedList &shared);
void moveToHeap(llvm::Function &function, const SharedList &shared);

// Makes an argument passed by value in memory an alloca with a copy, so that it can be moved.
llvm::AllocaInst *copyOfArgument(llvm::Argument &argument);
// Drops the lifetime markers of a variable: it then exists as long as the function.
void dropMarkers(llvm::AllocaInst &local);
// Lets all uses of `local` use `moved` instead, except `keep`; drops its lifetime markers.
void replaceLocal(llvm::AllocaInst &local, llvm::Value &moved, llvm::User *keep);
// True if moveToShadowStack made `local` what it is.
bool onShadowStack(const llvm::AllocaInst &local);

// Annotated globals go to their sections.
void placeGlobals(llvm::Module &module);
// Notes for calls of variadic functions.
void noteVariadicCalls(llvm::Function &function);

} // namespace flexos

#endif
