// Lints state machine definitions: node lint.mjs FILE...
// Exit codes: 0 no finding, 1 findings, 2 a file cannot be read, 77 the language service is not
// installed (run `npm ci` in tests/npm).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../npm/package.json", import.meta.url));

function load() {
  try {
    return {
      service: require("amazon-states-language-service"),
      documents: require("vscode-languageserver-textdocument"),
    };
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    console.log("skipped: amazon-states-language-service is not installed; run `npm ci` in tests/npm");
    process.exit(77);
  }
}

const { service, documents } = load();
const language = service.getLanguageService({});

let findings = 0;
for (const file of process.argv.slice(2)) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exit(2);
  }
  const document = documents.TextDocument.create(`file://${file}`, "asl", 1, text);
  const diagnostics = await language.doValidation(document, language.parseJSONDocument(document));
  for (const { range, message } of diagnostics) {
    console.log(`${file}:${range.start.line + 1}:${range.start.character + 1}: ${message}`);
    findings += 1;
  }
}
console.log(`${process.argv.length - 2} definition(s), ${findings} finding(s)`);
process.exit(findings > 0 ? 1 : 0);
