
      export interface PossibleTypesResultData {
        possibleTypes: {
          [key: string]: string[]
        }
      }
      const result: PossibleTypesResultData = {
  "possibleTypes": {
    "AcceptInvitationResult": [
      "AcceptInvitationSuccess",
      "NotFoundError"
    ],
    "AuditDetail": [
      "ApiTokenAuditDetail",
      "AutomationAuditDetail",
      "InstanceAuditDetail",
      "KeyAuditDetail",
      "MemberAuditDetail",
      "RunAuditDetail",
      "SecretPolicyAuditDetail",
      "SecretUseAuditDetail",
      "SignInAuditDetail"
    ],
    "CancelRunResult": [
      "CancelRunSuccess",
      "NotFoundError"
    ],
    "CreateApiTokenResult": [
      "ConflictError",
      "CreateApiTokenSuccess",
      "InvalidFieldError",
      "InvalidNameError",
      "LimitReachedError"
    ],
    "CreateAutomationResult": [
      "ConflictError",
      "CreateAutomationSuccess",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidTemplateError",
      "LimitReachedError",
      "NotFoundError",
      "SecretNotAllowedError",
      "UnknownStepTypeError"
    ],
    "CreateSecretResult": [
      "ConflictError",
      "CreateSecretSuccess",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidValueError",
      "LimitReachedError",
      "NameTakenError",
      "NotFoundError",
      "SealedValueRejectedError",
      "ValueTooLargeError"
    ],
    "CreateWorkspaceResult": [
      "ConflictError",
      "CreateWorkspaceSuccess",
      "InvalidFieldError",
      "InvalidNameError",
      "LimitReachedError",
      "NameTakenError",
      "NotFoundError"
    ],
    "DeleteAutomationResult": [
      "DeleteAutomationSuccess",
      "NotFoundError"
    ],
    "DeleteSecretResult": [
      "DeleteSecretSuccess",
      "InvalidNameError",
      "NotFoundError"
    ],
    "DescribeSecretResult": [
      "DescribeSecretSuccess",
      "InvalidFieldError",
      "InvalidNameError",
      "NotFoundError"
    ],
    "DiscardAutomationDraftResult": [
      "ConflictError",
      "DiscardAutomationDraftSuccess",
      "NotFoundError"
    ],
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
    "InviteMemberResult": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidNameError",
      "InviteMemberSuccess",
      "LimitReachedError"
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
    ],
    "PauseAutomationResult": [
      "NotFoundError",
      "PauseAutomationSuccess"
    ],
    "RemoveMemberResult": [
      "LastAdminError",
      "NotFoundError",
      "RemoveMemberSuccess"
    ],
    "RestartRunResult": [
      "ConflictError",
      "LimitReachedError",
      "NotFoundError",
      "RestartRunSuccess"
    ],
    "RestoreAutomationVersionResult": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidTemplateError",
      "LimitReachedError",
      "NotFoundError",
      "RestoreAutomationVersionSuccess",
      "SecretNotAllowedError",
      "UnknownStepTypeError"
    ],
    "ResumeAutomationResult": [
      "NotFoundError",
      "ResumeAutomationSuccess"
    ],
    "RevokeApiTokenResult": [
      "NotFoundError",
      "RevokeApiTokenSuccess"
    ],
    "RevokeInvitationResult": [
      "NotFoundError",
      "RevokeInvitationSuccess"
    ],
    "RotateHookResult": [
      "NotFoundError",
      "RotateHookSuccess"
    ],
    "RunAutomationResult": [
      "ConflictError",
      "InvalidFieldError",
      "LimitReachedError",
      "NotFoundError",
      "RunAutomationSuccess"
    ],
    "SaveAutomationDraftResult": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidNameError",
      "LimitReachedError",
      "NotFoundError",
      "SaveAutomationDraftSuccess"
    ],
    "SetMemberRoleResult": [
      "LastAdminError",
      "NotFoundError",
      "SetMemberRoleSuccess"
    ],
    "SetSecretPolicyResult": [
      "InvalidNameError",
      "InvalidValueError",
      "LimitReachedError",
      "NotFoundError",
      "PolicyWidensError",
      "SetSecretPolicySuccess"
    ],
    "TestStepResult": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidTemplateError",
      "LimitReachedError",
      "NotFoundError",
      "SecretNotAllowedError",
      "TestStepSuccess",
      "UnknownStepTypeError"
    ],
    "UpdateAutomationResult": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidTemplateError",
      "LimitReachedError",
      "NotFoundError",
      "SecretNotAllowedError",
      "UnknownStepTypeError",
      "UpdateAutomationSuccess"
    ],
    "UpdateSecretResult": [
      "ConflictError",
      "InvalidFieldError",
      "InvalidNameError",
      "InvalidValueError",
      "LimitReachedError",
      "NotFoundError",
      "SealedValueRejectedError",
      "UpdateSecretSuccess",
      "ValueTooLargeError"
    ]
  }
};
      export default result;
    