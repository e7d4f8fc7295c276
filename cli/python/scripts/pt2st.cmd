@echo off
rem The command that a wheel installs on Windows: hands over to the launcher in the Python package beside it.

setlocal
for %%P in ("%~dp0..\Lib\site-packages" "%~dp0..\site-packages" "%~dp0..") do (
  if exist "%%~P\pt2st-@version@.dist-info" if exist "%%~P\pt2st\program\bin\pt2st.cmd" (
    set "PT2ST_PROGRAM=%%~P\pt2st\program\bin\pt2st.cmd"
    goto found
  )
)
echo pt2st: the Python package of version @version@ is not where Python puts it, beside "%~dp0": install it again, or use>&2
echo python -m pt2st of the Python that has it>&2
exit /b 1

:found
"%PT2ST_PROGRAM%" %*
