package dev.pt2st.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pt2st.tensor.DType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of small floats are those that PyTorch gives them: {@code x.view(dtype).float()}. */
class ElementValueTest {
  @ParameterizedTest
  @CsvSource({
    "BOOL,0,false",
    "BOOL,1,true",
    "BOOL,2,true as 2",
    "U8,ff,255",
    "I8,ff,-1",
    "I16,8000,-32768",
    "U16,8000,32768",
    "I32,ffffffff,-1",
    "U32,ffffffff,4294967295",
    "I64,ffffffffffffffff,-1",
    "U64,ffffffffffffffff,18446744073709551615",
    "F16,3c00,1.0",
    "F16,8000,-0.0",
    "F16,7c00,Infinity",
    "F16,7e00,NaN",
    "BF16,3f80,1.0",
    "BF16,ff80,-Infinity",
    "F32,3dcccccd,0.1",
    "F64,3fb999999999999a,0.1",
    "C64,c00000003f800000,1.0-2.0j",
    "C64,000000003f800000,1.0+0.0j",
    "C64,7fc0000080000000,-0.0+NaNj",
    "F8_E5M2,3c,1.0",
    "F8_E5M2,7b,57344.0",
    "F8_E5M2,01,1.52587890625E-5",
    "F8_E5M2,7c,Infinity",
    "F8_E5M2,fc,-Infinity",
    "F8_E5M2,7d,NaN",
    "F8_E4M3,38,1.0",
    "F8_E4M3,7e,448.0",
    "F8_E4M3,7f,NaN",
    "F8_E4M3,ff,NaN",
    "F8_E4M3,80,-0.0",
    "F8_E4M3,01,0.001953125",
    "F8_E5M2FNUZ,40,1.0",
    "F8_E5M2FNUZ,7f,57344.0",
    "F8_E5M2FNUZ,80,NaN",
    "F8_E4M3FNUZ,40,1.0",
    "F8_E4M3FNUZ,7f,240.0",
    "F8_E4M3FNUZ,80,NaN",
    "F8_E8M0,7f,1.0",
    "F8_E8M0,80,2.0",
    "F8_E8M0,00,5.877471754111438E-39",
    "F8_E8M0,ff,NaN",
    "F4,1,0.5",
    "F4,7,6.0",
    "F4,f,-6.0",
    "F6_E2M3,1f,7.5",
    "F6_E2M3,21,-0.125",
    "F6_E3M2,1f,28.0",
    "F6_E3M2,01,0.0625"
  })
  void bitsStandForAValue(DType dtype, String bits, String value) {
    assertThat(ElementValue.of(dtype, Long.parseUnsignedLong(bits, 16))).isEqualTo(value);
  }

  @Test
  void everyDTypeOfTheFormatHasValues() {
    assertThat(DType.values())
        .filteredOn(dtype -> dtype.safetensorsName() != null)
        .allSatisfy(dtype -> assertThat(ElementValue.of(dtype, 0)).isNotEmpty());
    Arrays.stream(DType.values())
        .filter(dtype -> dtype.safetensorsName() == null)
        .forEach(dtype ->
            assertThatIllegalArgumentException().isThrownBy(() -> ElementValue.of(dtype, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "F32,1,0x00000001",
    "U8,ff,0xff",
    "F4,f,0xf",
    "F6_E2M3,3f,0x3f",
    "I64,1,0x0000000000000001"
  })
  void bitsHaveAsManyDigitsAsTheElement(DType dtype, String bits, String digits) {
    assertThat(ElementValue.hexadecimal(dtype, Long.parseLong(bits, 16))).isEqualTo(digits);
  }
}
