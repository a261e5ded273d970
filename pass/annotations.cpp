/* SPDX-License-Identifier: BSD-3-Clause */
// Carries the annotations of <flexos/interface.h> from prototypes to definitions. Clang writes an
// annotation of a parameter to DWARF only if the definition itself has it; an exported prototype
// stands in a header. Before code is generated, each parameter of a definition gets the flexos
// annotations of the same parameter in the earlier declarations.
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

using namespace clang;

namespace {

bool has(const ParmVarDecl &parameter, StringRef text) {
    for (const auto *tag : parameter.specific_attrs<BTFDeclTagAttr>())
        if (tag->getBTFDeclTag() == text)
            return true;
    return false;
}

class Carrier : public ASTConsumer {
    void carry(FunctionDecl &definition) {
        ASTContext &context = definition.getASTContext();
        for (const FunctionDecl *earlier : definition.redecls()) {
            if (earlier == &definition || earlier->getNumParams() != definition.getNumParams())
                continue;
            for (unsigned i = 0; i < definition.getNumParams(); i++) {
                ParmVarDecl *parameter = definition.getParamDecl(i);
                for (const auto *tag : earlier->getParamDecl(i)->specific_attrs<BTFDeclTagAttr>())
                    if (tag->getBTFDeclTag().starts_with("flexos ") &&
                        !has(*parameter, tag->getBTFDeclTag()))
                        parameter->addAttr(tag->clone(context));
                // length expressions name the parameters of the prototype
                const IdentifierInfo *name = earlier->getParamDecl(i)->getIdentifier();
                if (name && name != parameter->getIdentifier()) {
                    std::string text = "flexos name " + name->getName().str();
                    if (!has(*parameter, text))
                        parameter->addAttr(BTFDeclTagAttr::CreateImplicit(context, text));
                }
            }
        }
    }

  public:
    bool HandleTopLevelDecl(DeclGroupRef group) override {
        for (Decl *declaration : group)
            if (auto *function = dyn_cast<FunctionDecl>(declaration))
                if (function->isThisDeclarationADefinition() && annotated(*function))
                    carry(*function);
        return true;
    }

    static bool annotated(const FunctionDecl &definition) {
        for (const FunctionDecl *earlier : definition.redecls())
            for (const ParmVarDecl *parameter : earlier->parameters())
                for (const auto *tag : parameter->specific_attrs<BTFDeclTagAttr>())
                    if (tag->getBTFDeclTag().starts_with("flexos "))
                        return true;
        return false;
    }
};

class CarryAction : public PluginASTAction {
  protected:
    std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &, StringRef) override {
        return std::make_unique<Carrier>();
    }

    bool ParseArgs(const CompilerInstance &, const std::vector<std::string> &) override {
        return true;
    }

    ActionType getActionType() override {
        return AddBeforeMainAction;
    }
};

} // namespace

static FrontendPluginRegistry::Add<CarryAction> registration("flexos-annotations",
                                                             "carries interface annotations");
