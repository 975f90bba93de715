;;; pipe-mode.el --- Major mode for .pipe files -*- lexical-binding: t; -*-
;; The keywords are those of compiler/parse/words.cpp.
(defconst pipe-keywords
  '("after" "and" "as" "bash" "before" "budget" "deploy" "else"
    "emit" "enum" "env" "environment" "error" "exec" "expect" "false"
    "fn" "for" "from" "gate" "if" "import" "in" "is"
    "job" "let" "match" "native" "node" "none" "not" "of"
    "on" "opaque" "open" "or" "out" "outcome" "param" "pipeline" "private"
    "python" "raw" "reader" "record" "require" "return" "secret" "service" "sh"
    "simulate" "switch" "target" "task" "test" "then" "true" "type"
    "union" "uses" "when" "where" "within"))
(defvar pipe-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "w" table)
    table))
;;;###autoload
(define-derived-mode pipe-mode prog-mode "Pipe"
  "Major mode for Pipelang."
  (setq-local comment-start "// ")
  (setq-local font-lock-defaults
              `(((,(regexp-opt pipe-keywords 'words) . font-lock-keyword-face)
                 ("\\<[A-Z]\\w*\\>" . font-lock-type-face)))))
;;;###autoload
(add-to-list 'auto-mode-alist '("\\.pipe\\'" . pipe-mode))
(provide 'pipe-mode)
