Attribute VB_Name = "disclosure_buttons"
Option Explicit

' What the buttons run that need Python. Everything people read stands in the sheet "disclosure.text": this code is ASCII.

Public Sub CheckBook()
    AskPython "import toolkit.macros; toolkit.macros.check()"
End Sub

Public Sub MakeReturnNote()
    AskPython "import toolkit.macros; toolkit.macros.return_note()"
End Sub

Public Sub CheckAll()
    AskPython "import toolkit.macros; toolkit.macros.check_all()"
End Sub

Public Sub MergeAll()
    AskPython "import toolkit.macros; toolkit.macros.merge_all()"
End Sub

' Run a command in Python and tell its answer. Where Python cannot be reached, say what is missing and how to go on without.
Private Sub AskPython(ByVal command As String)
    Dim missing As String

    On Error GoTo failed
    missing = WhatIsMissing()
    If missing <> "" Then
        Tell Phrase(missing)
        Exit Sub
    End If
    SetPhrase "answer", ""
    RunPython command
    If Phrase("answer") = "" Then SetPhrase "answer", Phrase("no_answer")
    Tell Phrase("answer")
    Exit Sub
failed:
    Application.StatusBar = False
    Tell Phrase("failed") & Err.Description
End Sub
