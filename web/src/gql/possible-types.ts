export const possibleTypes: Record<string, string[]> = {
  "Error": [
    "ConflictError",
    "InvalidFieldError",
    "InvalidNameError",
    "InvalidTemplateError",
    "InvalidValueError",
    "LastAdminError",
    "LimitReachedError",
    "NameTakenError",
    "NotFoundError",
    "PolicyWidensError",
    "SealedValueRejectedError",
    "SecretNotAllowedError",
    "UnknownStepTypeError",
    "ValueTooLargeError"
  ],
  "Node": [
    "ApiToken",
    "AuditEvent",
    "Automation",
    "Invitation",
    "Member",
    "Run",
    "Secret",
    "SecretPolicy",
    "StepRun",
    "Workspace"
  ]
}
